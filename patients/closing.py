"""Closing a record to everyday work and opening it again: confidential, restricted by the law, opened with a reason."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients import hooks
from patients.ending import end
from patients.models import Confidant, Confidence, Opening, Patient, Restriction
from patients.sought import Sought
from patients.why_found import is_by_name

OPEN_FOR = timedelta(minutes=30)
"""So long a closed record stays open to who opened it with a reason: a visit's time, and not a day's."""


class StandsAlready(Exception):
    """The record is closed in this way already."""


class NotStanding(Exception):
    """The record is not closed in this way, or no more."""


def make_confidential(
    *, patient: Patient, because: str, people: Collection[User], by: User, now: datetime
) -> Confidence:
    """Close a record to all but the people named, who open it as before; others of clinic may with a reason.

    Raises:
        StandsAlready: it is confidential already.

    """
    with _once("confidence_stands_once"), transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        row = Confidence.objects.create(patient=patient, because=because, added_by=by, added_at=now)
        record(by=by, verb="patient.made_confidential", thing=row, patient=patient)
        _name(patient, people, by=by, now=now)
    patient.refresh_from_db()
    return row


def name_confidants(*, patient: Patient, people: Collection[User], by: User, now: datetime) -> None:
    """Say anew who opens a confidential record as before."""
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        _name(patient, people, by=by, now=now)


def end_confidence(*, patient: Patient, because: str, by: User, now: datetime) -> None:
    """Open a confidential record to everybody's work again.

    Raises:
        NotStanding: it is not confidential.

    """
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        row = Confidence.objects.standing().select_related("patient").filter(patient=patient).first()
        if row is None or not end(row, verb="patient.confidence_ended", by=by, now=now, ended_because=because):
            raise NotStanding
        Confidant.objects.standing().filter(patient=patient).update(ended_by=by, ended_at=now)
    patient.refresh_from_db()


def restrict(
    *, patient: Patient, ground: str, because: str, kept_until_on: date, by: User, now: datetime
) -> Restriction:
    """Keep a record and close it to everyday work: nothing is booked, nothing is mailed, its links end.

    What the apps above owe runs in the same transaction.

    Raises:
        StandsAlready: it is restricted already.

    """
    with _once("restriction_stands_once"), transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        row = Restriction.objects.create(
            patient=patient, ground=ground, because=because, kept_until_on=kept_until_on, added_by=by, added_at=now
        )
        record(
            by=by,
            verb="record.restricted",
            thing=row,
            patient=patient,
            detail={"ground": ground, "kept_until": f"{kept_until_on:%Y-%m-%d}"},
        )
        patient.refresh_from_db()
        outbox.ask_again(person=patient)
        for hook in hooks.on_restricted:
            hook(patient=patient, by=by, now=now)
    return row


def lift(*, patient: Patient, because: str, by: User, now: datetime) -> None:
    """Take a restriction off: the record is in everyday work again, and what it closed is owed from here on.

    Raises:
        NotStanding: it is not restricted.

    """
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        row = Restriction.objects.standing().select_related("patient").filter(patient=patient).first()
        if row is None or not end(row, verb="record.restriction_lifted", by=by, now=now, ended_because=because):
            raise NotStanding
        patient.refresh_from_db()
        for hook in hooks.on_restriction_lifted:
            hook(patient=patient, by=by, now=now)


def open_closed(*, patient: Patient, because: str, by: User, now: datetime) -> Opening:
    """Open a closed record for a while with a reason, which the trail and who runs the clinic can read."""
    with transaction.atomic():
        row = Opening.objects.create(patient=patient, by=by, because=because, at=now, until=now + OPEN_FOR)
        why = "restricted" if patient.restricted_at else "confidential"
        record(by=by, verb="chart.opened_though_closed", thing=row, patient=patient, detail={"closed": why})
    return row


def closed_in_the_way(*, merged: Patient, survivor: Patient) -> list[str]:
    """Return what of closed records must be settled before two records of one person become one, in sentences."""
    found = []
    if merged.restricted_at or survivor.restricted_at:
        found.append(_("One of them is restricted by law: the manager lifts that first."))
    if bool(merged.confidential_at) or bool(survivor.confidential_at):
        found.append(_("One of them is confidential: end that first, and say anew who opens the one that goes on."))
    return found


def closed_while_parting(*, survivor: Patient, merged: Patient) -> list[str]:
    """Return what of closed records must be settled before a merge is taken back, in sentences.

    Which of the two it is about nobody can tell but who closed it: the other would be open to everybody.
    """
    found = []
    if merged.restricted_at or survivor.restricted_at:
        found.append(_("The record is restricted by law: the manager lifts that before it is parted."))
    if merged.confidential_at or survivor.confidential_at:
        found.append(
            _("The record is confidential: end that before it is parted, and close anew what is to be closed.")
        )
    return found


def is_closed_to(patient: Patient, user: User) -> bool:
    """Say whether the record is closed to this person at this moment, itself or as a part of a closed one."""
    if patient.confidential_at is None and patient.restricted_at is None and patient.merged_into_id is None:
        return False
    return not Patient.objects.visible_to(user).filter(pk=patient.pk).exists()


def mark_closed(people: list[Patient], user: User) -> list[Patient]:
    """Say of each whether their record is closed to who looks: then a list shows the name, and that it is closed.

    At most one query, and none where nobody's record is confidential or restricted.
    """
    closed = {one.pk for one in people if one.confidential_at or one.restricted_at}
    if closed:
        closed -= set(Patient.objects.visible_to(user).filter(pk__in=closed).values_list("pk", flat=True))
    for one in people:
        one.is_closed = one.pk in closed
    return people


def mark_visitors(visitors: Iterable[tuple[Patient, bool]], user: User) -> None:
    """Say the same of who comes on a day, each with whether the visit is over: a restricted one is then not named.

    A visit to come is named whatever was closed: somebody must cancel it.
    """
    told = list(visitors)
    mark_closed([patient for patient, _is_over in told], user)
    for patient, is_over in told:
        patient.is_nameless = is_over and patient.is_closed and patient.restricted_at is not None


def found_by_more_than_the_name(sought: Sought, user: User) -> set[int]:
    """Return the closed records that a search finds by a phone, an address or a date of birth: it would confirm them.

    By name and number they are found as ever. No query for a name alone; else one, and one more where one is found.
    """
    if not sought.confirms_more_than_a_name:
        return set()
    listed = Patient.objects.listed_for(user).living_records().found_by(sought)
    closed = listed.filter(Q(confidential_at__isnull=False) | Q(restricted_at__isnull=False))
    found = list(closed.exclude(pk__in=Patient.objects.visible_to(user).values("pk")).order_by())
    former: dict[int, list[Patient]] = {}
    for one in Patient.objects.with_former(found) if found else ():
        former.setdefault(one.stands_id, []).append(one)
    return {one.pk for one in found if not is_by_name(sought, one, former.get(one.pk, ()))}


def _name(patient: Patient, people: Collection[User], *, by: User, now: datetime) -> None:
    standing = Confidant.objects.standing().filter(patient=patient)
    named = {row.person_id for row in standing}
    wanted = {person.pk for person in people}
    standing.exclude(person__in=wanted).update(ended_by=by, ended_at=now)
    Confidant.objects.bulk_create(
        Confidant(patient=patient, person=person, added_by=by, added_at=now)
        for person in people
        if person.pk not in named
    )
    ids = sorted(str(person.public_id) for person in people)
    record(by=by, verb="patient.confidants_named", thing=patient, patient=patient, detail={"people": ids})
    for hook in hooks.on_confidants_named:
        hook(patient=patient, by=by, now=now)


@contextmanager
def _once(constraint: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if violated(error) == constraint:
            raise StandsAlready from error
        raise
