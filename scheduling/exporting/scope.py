"""Whose records an export holds."""

from collections.abc import Callable, Iterator

from django.db.models import QuerySet

from clinic.staff.models import User
from patients.models import Confidant, Patient

AT_A_TIME = 100
"""So many patients are read together: what memory holds does not grow with the clinic."""

Told = Callable[[int], None]
"""Who is told how many patients were read."""


def nobody_is_told(_patients: int) -> None:
    """Where nobody watches."""


def one(patient: Patient) -> "QuerySet[Patient]":
    """Return a patient's record with those that were merged into it, however many merges ago."""
    found, newest = {patient.pk}, {patient.pk}
    while newest:
        newest = set(Patient.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return Patient.objects.filter(pk__in=found)


def everybody(user: User) -> "QuerySet[Patient]":
    """Return the records of the locations where this person works, those merged into others too.

    Left out are confidential ones for which this person is not named, with what was merged into them: a file is not
    opened with a reason. Restricted ones are in it and say so.
    """
    found: QuerySet[Patient] = Patient.objects.listed_for(user)
    closed = list(confidential_to(user))
    with_former = [one.pk for one in (*closed, *Patient.objects.with_former(closed))] if closed else []
    return found.exclude(pk__in=with_former)


def confidential_to(user: User) -> "QuerySet[Patient]":
    """Return the records that a file for this person leaves out: they are not named for them."""
    named = Confidant.objects.standing().filter(person=user).values("patient")
    found: QuerySet[Patient] = Patient.objects.listed_for(user).living_records()
    return found.filter(confidential_at__isnull=False).exclude(pk__in=named)


def numbers_in_batches(patients: "QuerySet[Patient]", told: Told = nobody_is_told) -> Iterator[list[int]]:
    """Yield the records' keys in the order they were registered in, some at a time; each time is a short query."""
    after = 0
    while batch := list(patients.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]):
        yield batch
        told(len(batch))
        after = batch[-1]


def in_batches(patients: "QuerySet[Patient]", told: Told = nobody_is_told) -> Iterator[list[Patient]]:
    """Yield the records themselves, with their location and the record they were merged into."""
    for batch in numbers_in_batches(patients, told):
        yield list(Patient.objects.filter(pk__in=batch).select_related("location", "merged_into").order_by("pk"))
