"""What a patient wants to hear from the clinic, in which language, and how they are greeted."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients import hooks
from patients.consents import NoWording, record_consent
from patients.models import Patient
from patients.topics import COLUMN, Topic

log = logging.getLogger(__name__)

BY_LINK: Final = "patient link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The topics somebody wants to be reminded of, the language of letters, and whether others read the mailbox."""

    topics: frozenset[Topic]
    language: str
    email_is_shared: bool

    @classmethod
    def of(cls, patient: Patient) -> "Wishes":
        """Read them from a patient's row."""
        wanted = frozenset(topic for topic, column in COLUMN.items() if getattr(patient, column))
        return cls(topics=wanted, language=patient.language, email_is_shared=patient.email_is_shared)

    def columns(self) -> dict[str, Any]:
        """The wishes as the columns of a patient's row."""
        topics = {column: topic in self.topics for topic, column in COLUMN.items()}
        return topics | {"language": self.language, "email_is_shared": self.email_is_shared}


def choose(
    *, patient: Patient, wishes: Wishes, by: User | None, now: datetime, actor: str = BY_LINK, is_answer: bool = True
) -> Wishes:
    """Write down what a patient wishes and return what they wished before; `actor` says who, where it is no staff.

    Each topic that changed is a consent given or taken back, in a new row; none where it is not the patient's answer.
    """
    with transaction.atomic():
        held = Patient.objects.select_for_update().get(pk=patient.pk)
        before = Wishes.of(held)
        if before != wishes:
            old, new = before.columns(), wishes.columns()
            Patient.objects.filter(pk=held.pk).update(version=F("version") + 1, **new)
            record(
                by=by,
                actor="" if by else actor,
                verb=_verb(before, wishes),
                thing=held,
                patient=held,
                detail={"changed": [name for name in new if new[name] != old[name]]},
            )
            outbox.ask_again(person=held)  # a letter being written meanwhile goes by the wish of now
            if is_answer:
                note_topics(patient=held, before=before.topics, after=wishes.topics, by=by, now=now)
            elif before.topics != wishes.topics:
                _tell(held, by=by, now=now)
    patient.refresh_from_db()
    return before


def stop_reminders(*, patient: Patient, by: User | None, now: datetime, actor: str = BY_LINK) -> frozenset[Topic]:
    """Stop all reminders by e-mail; return the topics that were wanted until now."""
    return _topics(patient, frozenset(), by=by, now=now, actor=actor)


def stop_unanswered(*, patient: Patient, by: User | None, now: datetime) -> frozenset[Topic]:
    """Stop all reminders because of another answer: the patient was not asked about these, so no consent is written."""
    return _topics(patient, frozenset(), by=by, now=now, actor=BY_LINK, is_answer=False)


def resume_reminders(
    *, patient: Patient, by: User | None, now: datetime, topics: Iterable[Topic] = Topic
) -> frozenset[Topic]:
    """Send reminders by e-mail again, because the patient asked for them; return what was wanted until now."""
    return _topics(patient, frozenset(topics), by=by, now=now, actor=BY_LINK)


def note_topics(
    *, patient: Patient, before: Iterable[Topic], after: Iterable[Topic], by: User | None, now: datetime
) -> None:
    """Record a consent for each topic that changed and tell the apps above, inside the caller's transaction.

    Where an installation has not loaded the words yet, the wish counts all the same: the trail has it.
    """
    wanted, language = frozenset(after), patient.language
    changed = sorted(frozenset(before) ^ wanted)
    for topic in changed:
        try:
            record_consent(patient=patient, kind=topic, is_given=topic in wanted, language=language, by=by, now=now)
        except NoWording:
            log.error("no wording for %s: run manage.py load_catalogue", topic)  # noqa: TRY400 - the class says it all
    if changed:
        _tell(patient, by=by, now=now)


def _tell(patient: Patient, *, by: User | None, now: datetime) -> None:
    patient.refresh_from_db()
    for deed in hooks.on_preferences_changed:
        deed(patient=patient, by=by, now=now)


def _topics(
    patient: Patient,
    topics: frozenset[Topic],
    *,
    by: User | None,
    now: datetime,
    actor: str,
    is_answer: bool = True,
) -> frozenset[Topic]:
    with transaction.atomic():
        held = Patient.objects.select_for_update().get(pk=patient.pk)
        wishes = replace(Wishes.of(held), topics=topics)
        before = choose(patient=held, wishes=wishes, by=by, now=now, actor=actor, is_answer=is_answer)
    patient.refresh_from_db()
    return before.topics


def _verb(before: Wishes, after: Wishes) -> str:
    if before.topics and not after.topics:
        return "reminders.stopped"
    if after.topics and not before.topics:
        return "reminders.resumed"
    return "preferences.changed"
