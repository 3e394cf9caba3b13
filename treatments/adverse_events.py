"""Record what happened to a patient, and what became of it: entries are only added, the last one counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Patient
from treatments import hooks
from treatments.errors import EditedMeanwhile
from treatments.models import AdverseEvent, EventEntry, InjectionSession, Lot, SessionSite, SymptomReport


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What is known of an event. `term_key` is empty where the catalogue has no such event."""

    term_key: str
    term: str
    onset_on: date
    is_serious: bool
    severity: str
    relatedness: str
    action_taken: str
    outcome: str
    resolved_on: date | None
    note: str
    sites: Sequence[SessionSite] = ()
    lots: Sequence[Lot] = ()
    is_struck: bool = False


@transaction.atomic
def record_event(
    *,
    patient: Patient,
    session: InjectionSession | None,
    report: SymptomReport | None,
    facts: EventFacts,
    by: User,
    now: datetime,
) -> AdverseEvent:
    """Record an event with its first entry. Runs `on_event_changed`: an unresolved serious one holds letters."""
    event: AdverseEvent = AdverseEvent.objects.create(patient=patient, session=session, report=report, opened_at=now)
    _add(event, 1, facts, by=by, now=now)
    record(by=by, verb="event.recorded", thing=event, patient=patient)
    _tell(event, by=by, now=now)
    return event


def revise_event(*, event: AdverseEvent, seen: int, facts: EventFacts, by: User, now: datetime) -> EventEntry:
    """Add what is known now, after the entry that was `seen`. Runs `on_event_changed`.

    Raises:
        EditedMeanwhile: somebody added an entry since; `theirs` is it.
    """
    last = event.entries.last()
    if last is None or last.number != seen:
        raise EditedMeanwhile(last)
    try:
        with transaction.atomic():
            entry = _add(event, seen + 1, facts, by=by, now=now)
            record(by=by, verb="event.revised", thing=event, patient=event.patient, detail={"entry": entry.number})
            _tell(event, by=by, now=now)
            return entry
    except IntegrityError as error:
        if violated(error) == "event_entry_number_once":
            raise EditedMeanwhile(event.entries.last()) from error
        raise


def _add(event: AdverseEvent, number: int, facts: EventFacts, *, by: User, now: datetime) -> EventEntry:
    entry: EventEntry = EventEntry.objects.create(
        event=event,
        number=number,
        term_key=facts.term_key,
        term=facts.term,
        onset_on=facts.onset_on,
        is_serious=facts.is_serious,
        severity=facts.severity,
        relatedness=facts.relatedness,
        action_taken=facts.action_taken,
        outcome=facts.outcome,
        resolved_on=facts.resolved_on,
        note=facts.note,
        is_struck=facts.is_struck,
        by=by,
        at=now,
    )
    entry.sites.set(facts.sites)
    entry.lots.set(facts.lots)
    return entry


def _tell(event: AdverseEvent, *, by: User, now: datetime) -> None:
    for hook in hooks.on_event_changed:
        hook(patient=event.patient, by=by, now=now)
