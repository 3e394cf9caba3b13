"""Deeds on consents: sign one, take one back, mail the link to them. What follows from an answer happens with it."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.outbox import deeds as outbox
from clinic.outbox.deeds import owe
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients import birth, hooks, preferences
from patients.consent_standing import OF_PLANS
from patients.consents import ConsentKind, consents_of, record_consent
from patients.errors import NobodyToAnswer
from patients.links import link_for
from patients.models import AccessLink, Consent, ConsentText, Intake, Patient
from patients.signatures import Signature, is_minor
from patients.topics import COLUMN, Topic

PURPOSE: Final = "consents"
LETTER: Final = "consents_link"
LINK_LIVES: Final = timedelta(days=30)


class GuardianNeeded(Exception):
    """The person is under age: a parent or guardian signs."""


class NotSigned(Exception):
    """A yes on this way is signed."""


class WordingReplaced(Exception):
    """Other words are in force than those that were read: `newest` are to be read first."""

    def __init__(self, newest: ConsentText) -> None:
        super().__init__(str(newest))
        self.newest = newest


class NotAsked(Exception):
    """Nothing of the kind is asked about this: a plan of somebody else, or one that needs no such consent."""


def sign_consent(
    *,
    patient: Patient,
    wording: ConsentText,
    is_given: bool,
    signature: Signature | None,
    by: User | None,
    now: datetime,
    about: UUID | None = None,
) -> Consent:
    """Keep a signed yes, or a no, to the words that were read. `by` is who was with the patient, None by link.

    Raises:
        NobodyToAnswer, NotAsked.
        NotSigned: a yes without a signature.
        GuardianNeeded: the person is under age, and signed alone.
        WordingReplaced: there are newer words.

    """
    with transaction.atomic():
        held = _locked(patient)
        newest = ConsentText.objects.filter(kind=wording.kind).order_by("-version", "id").first()
        if newest is not None and newest.version != wording.version:
            raise WordingReplaced(newest)
        if is_given and signature is None:
            raise NotSigned
        if is_given and signature and signature.signer == "patient" and needs_guardian(held, now):
            raise GuardianNeeded
        if (about or wording.kind in OF_PLANS) and (wording.kind, about) not in asked_of(held):
            raise NotAsked
        consent = record_consent(
            patient=held, kind=wording.kind, wording=wording, is_given=is_given, about=about, signature=signature,
            by=by, now=now,
        )  # fmt: skip
        follow(consent=consent, by=by, now=now)
    patient.refresh_from_db()
    return consent


def withdraw_consent(*, consent: Consent, by: User | None, now: datetime) -> Consent | None:
    """Take back what was given, to the same words about the same thing; None where it does not hold any more.

    Raises:
        NobodyToAnswer.

    """
    with transaction.atomic():
        patient = _locked(consent.patient, takes_back=True)
        newest = consents_of(patient, consent.kind).filter(about_public_id=consent.about_public_id).first()
        if newest is None or not newest.is_given:
            return None
        taken_back = record_consent(
            patient=patient, kind=newest.kind, wording=newest.wording, is_given=False, about=newest.about_public_id,
            by=by, now=now, is_withdrawn=True,
        )  # fmt: skip
        follow(consent=taken_back, by=by, now=now)
    return taken_back


def follow(*, consent: Consent, by: User | None, now: datetime) -> None:
    """Do what an answer means for letters, inside the deed's transaction: the wish is the answer's."""
    patient = consent.patient
    if consent.kind in list(Topic):
        _wish(patient, Topic(consent.kind), is_wanted=consent.is_given, by=by, now=now)
    elif consent.kind == ConsentKind.DATA_USE and not consent.is_given:
        preferences.stop_unanswered(patient=patient, by=by, now=now)


def follow_form(*, intake: Intake, by: User | None, now: datetime) -> None:
    """Do what a form's no to the use of data means, once all its permissions are kept."""
    newest = consents_of(intake.patient, ConsentKind.DATA_USE).first()
    if newest is not None and newest.at == intake.submitted_at:
        follow(consent=newest, by=by, now=now)


def needs_guardian(patient: Patient, now: datetime) -> bool:
    """Return whether somebody is surely under age today."""
    return is_minor(birth.age(patient.birth, day_of(now, patient.location.zone)))


def asked_of(patient: Patient) -> set[tuple[str, UUID | None]]:
    """Return every kind with what it is asked about, in the apps above."""
    matters = [matter for ask in hooks.consent_matters for matter in ask(patient)]
    return {(matter.kind, about) for matter in matters for about in (matter.about, *matter.also)}


def name_of(patient: Patient, about: UUID | None) -> str:
    """Return what a consent is about in words, as "chronic migraine"; nothing where it is about nothing of its own."""
    asked = (matter for ask in hooks.consent_matters for matter in ask(patient)) if about else ()
    return next((matter.name for matter in asked if about in (matter.about, *matter.also)), "")


def consents_link(*, patient: Patient, now: datetime) -> tuple[AccessLink, str]:
    """Return the link to a person's consents and its token."""
    return link_for(purpose=PURPOSE, patient=patient, about=patient, now=now, expires_at=now + LINK_LIVES)


def mail_link(*, patient: Patient, by: User, now: datetime) -> Letter:
    """Owe the person a letter with the link; each press is a letter of its own.

    Raises:
        NobodyToAnswer.

    """
    with transaction.atomic():
        held = _locked(patient)
        edition = Letter.objects.about(held).of_kind(LETTER).count() + 1
        letter = owe(LETTER, about=held, person=held, due_at=now, edition=str(edition))
        record(by=by, verb="consents.mailed", thing=held, patient=held, detail={"edition": edition})
    return letter


def _wish(patient: Patient, topic: Topic, *, is_wanted: bool, by: User | None, now: datetime) -> None:
    """Set whether letters of a topic go; the consent is recorded already."""
    changed: dict[str, Any] = {COLUMN[topic]: is_wanted}
    if not Patient.objects.filter(pk=patient.pk).exclude(**changed).update(version=F("version") + 1, **changed):
        return
    outbox.ask_again(person=patient)
    patient.refresh_from_db()
    for deed in hooks.on_preferences_changed:
        deed(patient=patient, by=by, now=now)


def _locked(patient: Patient, *, takes_back: bool = False) -> Patient:
    """Hold the row; of a record that is kept by law nothing is asked, and what was agreed to is still taken back."""
    held: Patient = Patient.objects.select_for_update(of=("self",)).select_related("location").get(pk=patient.pk)
    if held.deceased_on is not None or held.merged_into_id is not None:
        raise NobodyToAnswer
    if held.restricted_at is not None and not takes_back:
        raise NobodyToAnswer
    return held
