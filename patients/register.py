"""What the register holds beside the person: numbers elsewhere, who is rung, who signs for a minor."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Contact, Identifier, Patient
from patients.writing import hold_to_write


@dataclass(frozen=True, kw_only=True)
class ContactFacts:
    """Somebody who is rung in an emergency, or signs for the patient; the phone in its stored form."""

    name: str
    relation: str
    phone: str = ""
    is_for_emergencies: bool = False
    is_guardian: bool = False


@dataclass(eq=False)
class StandsAlready(Exception):
    """The person has a number of this kind from this issuer: it is ended first."""

    kind: str
    issuer: str


def add_identifier(*, patient: Patient, kind: str, value: str, issuer: str, by: User, now: datetime) -> Identifier:
    """Write down a number by which somebody else knows the person.

    Raises:
        StandsAlready: one of this kind and issuer stands.
        RecordKept: the record was restricted since the page was opened.

    """
    try:
        with transaction.atomic():
            hold_to_write(patient)
            row = Identifier.objects.create(
                patient=patient, kind=kind, value=value, issuer=issuer, added_by=by, added_at=now
            )
            record(by=by, verb="patient.number_added", thing=row, patient=patient, detail={"kind": kind})
    except IntegrityError as error:
        if violated(error) == "identifier_of_a_kind_stands_once":
            raise StandsAlready(kind, issuer) from error
        raise
    return row


def add_contact(*, patient: Patient, facts: ContactFacts, by: User, now: datetime) -> Contact:
    """Write down whom to ring, or who signs for the patient.

    Raises:
        RecordKept: the record was restricted since the page was opened.

    """
    with transaction.atomic():
        hold_to_write(patient)
        row = Contact.objects.create(patient=patient, **asdict(facts), added_by=by, added_at=now)
        detail = {"guardian": facts.is_guardian, "emergencies": facts.is_for_emergencies}
        record(by=by, verb="patient.contact_added", thing=row, patient=patient, detail=detail)
    return row


def numbers_in_the_way(*, merged: Patient, survivor: Patient) -> list[str]:
    """Return a sentence for each number of one kind and issuer that both records have: a person has one of each."""
    standing = Identifier.objects.standing()
    theirs = {(row.kind, row.issuer.lower()) for row in standing.filter(patient=survivor)}
    return [
        _("Both have a number of the kind “%(kind)s”: end one first.") % {"kind": row.get_kind_display()}
        for row in standing.filter(patient=merged)
        if (row.kind, row.issuer.lower()) in theirs
    ]


def guardians_of(patient: Patient) -> list[Contact]:
    """Return who signs for a person, the first written down first; nobody for who signs alone."""
    return list(Contact.objects.standing().filter(patient=patient, is_guardian=True).order_by("id"))
