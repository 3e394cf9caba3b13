"""Registering a person and amending what is known of them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, cast

from django.db import IntegrityError, transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.locations.models import Location
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients import hooks, names, phones, spelling
from patients.birth import UNKNOWN_BIRTH, Birth, Precision
from patients.models import Language, Patient, Sex
from patients.preferences import Wishes, note_topics
from patients.register import ContactFacts, add_contact

Compared = Literal["asked", "papers", "family"]
"""How the desk made sure that a similar record is another person's."""


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What is written about a person, as forms and import hand it over: names kept, the phone in its stored form."""

    given_name: str
    family_name: str = ""
    birth: Birth = UNKNOWN_BIRTH
    sex: str = Sex.UNKNOWN
    phone: str = ""
    abha_number: str = ""
    abha_address: str = ""
    email: str = ""
    email_is_shared: bool = False
    has_no_email: bool = False
    wants_reminders: bool = True
    wants_visit_reminders: bool = True
    wants_check_ins: bool = True
    language: str = Language.ENGLISH
    address: str = ""
    note_for_desk: str = ""
    deceased_on: date | None = None

    @property
    def search_name(self) -> str:
        """Both names, folded as a search folds what is typed."""
        return names.fold(f"{self.given_name} {self.family_name}")

    def columns(self) -> dict[str, Any]:
        """The facts as the columns of a patient's row, the derived ones with them."""
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "birth"}
        return plain | {
            "born_on": self.birth.first_day,
            "birth_precision": self.birth.precision,
            "search_name": self.search_name,
            "search_sounds": spelling.sounds_of(self.search_name),
            "phone_digits": phones.backwards(self.phone),
        }

    @classmethod
    def of(cls, row: Any) -> "PersonFacts":
        """Read the facts from a patient's row, or from a row of its history."""
        plain = {one.name: getattr(row, one.name) for one in fields(cls) if one.name != "birth"}
        return cls(**plain, birth=Birth(row.born_on, cast("Precision", row.birth_precision)))

    def differing(self, other: "PersonFacts") -> tuple[str, ...]:
        """Return the names of the facts that differ."""
        mine, theirs = asdict(self), asdict(other)
        return tuple(name for name in mine if mine[name] != theirs[name])


@dataclass(eq=False)
class EditedMeanwhile(Exception):
    """Somebody saved this record after the form was opened."""

    theirs: Patient
    seen: PersonFacts | None
    """What stood there when the form was opened; None when history does not hold it."""
    by: User | None = None


@dataclass(eq=False)
class AlreadyHere(Exception):
    """A record with this number of the system it came from is here."""

    source_key: str
    record_numbers: tuple[int, ...] = field(default=())


def unsaved(*, facts: PersonFacts, location: Location, source_key: str | None = None) -> Patient:
    """Return a person's row with the columns that are derived filled in, for loading many at once."""
    return Patient(location=location, source_key=source_key, **facts.columns())


def register(  # noqa: PLR0913 - who, where, by whom, and all that was made sure of
    *,
    facts: PersonFacts,
    location: Location,
    by: User | None,
    now: datetime,
    source_key: str | None = None,
    unlike: Iterable[Patient] = (),
    compared: Compared | None = None,
    guardian: ContactFacts | None = None,
    actor: str = "command",
) -> Patient:
    """Register a new person; the trail names the records it was found to be unlike, and how that was made sure.

    `actor` is who does it where nobody of the staff does. `guardian` signs for a minor.

    Raises:
        AlreadyHere: another record has this `source_key`.

    """
    patient = unsaved(facts=facts, location=location, source_key=source_key)
    detail: dict[str, Any] = {"location": str(location.public_id)}
    despite = [str(other.public_id) for other in unlike]
    if despite:
        detail |= {"unlike": despite, "compared": compared or ""}
    try:
        with transaction.atomic():
            patient.save(force_insert=True)
            record(
                by=by,
                verb="patient.registered",
                thing=patient,
                patient=patient,
                actor="" if by else actor,
                detail=detail,
            )
            if guardian and by:
                add_contact(patient=patient, facts=guardian, by=by, now=now)
            if facts.deceased_on:
                _run(hooks.on_deceased, patient, by, now)
    except IntegrityError as error:
        if violated(error) == "patient_source_key_once":
            raise AlreadyHere(source_key or "") from error
        raise
    return patient


def amend(*, patient: Patient, seen_version: int, facts: PersonFacts, by: User, now: datetime) -> Patient:
    """Change what is known of a person, unless somebody changed it since `seen_version` was read.

    A new address starts afresh: it is not suspended. What the apps above owe to a change runs in the same transaction.

    Raises:
        EditedMeanwhile: the row has another version; nothing was written.

    """
    with transaction.atomic():
        before = Patient.objects.select_for_update().get(pk=patient.pk)
        old, wished = PersonFacts.of(before), Wishes.of(before)
        changed = facts.differing(old)
        columns = facts.columns()
        if facts.email != old.email:
            columns |= {"email_suspended_at": None, "email_suspended_because": ""}
        won = Patient.objects.filter(pk=patient.pk, version=seen_version).update(**columns, version=F("version") + 1)
        if not won:
            raise EditedMeanwhile(before, *_what_stood(before, seen_version))
        patient.refresh_from_db()
        record(by=by, verb="patient.amended", thing=patient, patient=patient, detail={"changed": list(changed)})
        outbox.ask_again(person=patient)  # a letter being written meanwhile goes by what stands now
        if facts.email != old.email or facts.has_no_email != old.has_no_email:
            _run(hooks.on_address_changed, patient, by, now)
        note_topics(patient=patient, before=wished.topics, after=Wishes.of(patient).topics, by=by, now=now)
        if facts.deceased_on and not old.deceased_on:
            _run(hooks.on_deceased, patient, by, now)
        if old.deceased_on and not facts.deceased_on:
            _run(hooks.on_death_undone, patient, by, now)
    return patient


def _what_stood(patient: Patient, version: int) -> tuple[PersonFacts | None, User | None]:
    """Return what stood at a version, and who wrote the newest one."""
    history = Patient.pgh_event_model.objects.filter(pgh_obj_id=patient.pk)  # type: ignore[attr-defined] # pghistory's
    seen = history.filter(version=version).order_by("-pgh_id").first()
    newest = history.select_related("pgh_context").order_by("-pgh_id").first()
    context = newest.pgh_context.metadata if newest and newest.pgh_context else {}
    writer = User.objects.filter(pk=context["user"]).first() if context.get("user") else None
    return (PersonFacts.of(seen) if seen else None), writer


def _run(hooked: list[hooks.PatientHook], patient: Patient, by: User | None, now: datetime) -> None:
    for hook in hooked:
        hook(patient=patient, by=by, now=now)
