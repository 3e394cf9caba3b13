"""What came of it: scores, and adverse events."""

from collections.abc import Iterator, Sequence
from typing import Final

from patients.models import Patient
from scheduling.exporting.fhir.words import Element, concept, instant, notes, number, refer, resource, system
from treatments.models import AdverseEvent, EventEntry, EventOutcome, Score

CODES: Final = "http://terminology.hl7.org/CodeSystem"
OUTCOMES: Final = {
    EventOutcome.ONGOING: "ongoing",
    EventOutcome.RESOLVED: "resolved",
    EventOutcome.SEQUELAE: "resolvedWithSequelae",
    EventOutcome.FATAL: "fatal",
    EventOutcome.UNKNOWN: "unknown",
}


def scores(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each score; one that was corrected or taken back says so."""
    rows = Score.objects.filter(patient__in=batch)
    rows = rows.select_related("patient__location", "instrument", "by", "withdrawal").order_by("pk")
    corrected = set(rows.filter(corrects__isnull=False).values_list("corrects", flat=True))
    for score in rows:
        yield _score(score, is_corrected=score.pk in corrected)


def _score(score: Score, *, is_corrected: bool) -> Element:
    is_wrong = is_corrected or hasattr(score, "withdrawal")
    return resource(
        "Observation",
        score.public_id,
        status="entered-in-error" if is_wrong else "corrected" if score.corrects_id else "final",
        category=[concept("", (f"{CODES}/observation-category", "survey"))],
        code=concept(score.instrument.name, (system("instrument"), score.instrument.key)),
        subject=refer("Patient", score.patient),
        effectiveDateTime=score.taken_on.isoformat(),
        issued=instant(score.recorded_at, score.patient.location),
        performer=[refer("Practitioner", score.by) if score.by else refer("Patient", score.patient)],
        valueQuantity={"value": number(score.value)},
        note=notes([score.reason]),
    )


def adverse_events(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each event as its last entry has it; one recorded by mistake is none, and the tables tell of it."""
    rows = AdverseEvent.objects.filter(patient__in=batch).select_related("patient__location", "session")
    for event in rows.prefetch_related("entries__by", "entries__lots").order_by("pk"):
        entries = sorted(event.entries.all(), key=lambda entry: entry.number)
        if entries and not entries[-1].is_struck:
            yield _adverse_event(event, entries[-1])


def _adverse_event(event: AdverseEvent, last: EventEntry) -> Element:
    suspects = [refer("Procedure", event.session)] if event.session else []
    suspects += [refer("Medication", lot) for lot in sorted(last.lots.all(), key=lambda lot: lot.pk)]
    caused = concept(last.relatedness.replace("_", " "), (system("relatedness"), last.relatedness))
    seriousness = "Serious" if last.is_serious else "Non-serious"
    return resource(
        "AdverseEvent",
        event.public_id,
        actuality="actual",
        event=concept(last.term, (system("adverse-event"), last.term_key)),
        subject=refer("Patient", event.patient),
        date=last.onset_on.isoformat(),
        recordedDate=instant(event.opened_at, event.patient.location),
        seriousness=concept(seriousness, (f"{CODES}/adverse-event-seriousness", seriousness)),
        severity=concept("", (f"{CODES}/adverse-event-severity", last.severity)),
        outcome=concept("", (f"{CODES}/adverse-event-outcome", OUTCOMES[EventOutcome(last.outcome)])),
        recorder=refer("Practitioner", last.by),
        suspectEntity=[{"instance": suspect, "causality": [{"assessment": caused}]} for suspect in suspects],
    )
