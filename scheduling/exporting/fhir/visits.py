"""When: booked visits."""

from collections.abc import Iterator, Sequence
from typing import Final

from patients.models import Patient
from scheduling.exporting.fhir.words import Element, concept, instant, refer, resource
from scheduling.models import Appointment, AppointmentState

STATUS: Final = {
    AppointmentState.BOOKED: "booked",
    AppointmentState.CONFIRMED: "booked",
    AppointmentState.ARRIVED: "arrived",
    AppointmentState.IN_ROOM: "checked-in",
    AppointmentState.COMPLETED: "fulfilled",
    AppointmentState.LEFT: "cancelled",
    AppointmentState.NO_SHOW: "noshow",
    AppointmentState.CANCELLED: "cancelled",
}
ENDINGS: Final = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
LEFT_UNSEEN: Final = "pat-lwbs"
"""FHIR has no status for who left without being seen: it is a cancelled visit, for this reason."""


def appointments(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each visit, with who was to come, to whom, and where."""
    rows = Appointment.objects.filter(patient__in=batch).select_related("patient", "clinician", "location", "type")
    for visit in rows.order_by("pk"):
        yield _appointment(visit)


def _appointment(visit: Appointment) -> Element:
    status = STATUS[AppointmentState(visit.state)]
    here = visit.location
    code = LEFT_UNSEEN if visit.state == AppointmentState.LEFT else ""
    return resource(
        "Appointment",
        visit.public_id,
        status=status,
        cancelationReason=concept(visit.ended_reason, (ENDINGS, code)) if status in {"cancelled", "noshow"} else None,
        appointmentType=concept(visit.type.name),
        reasonCode=[concept(visit.reason)],
        start=instant(visit.starts_at, here),
        end=instant(visit.ends_at, here),
        minutesDuration=visit.minutes,
        created=instant(visit.booked_at, here),
        participant=[
            {"actor": refer(kind, who), "status": "accepted"}
            for kind, who in (("Patient", visit.patient), ("Practitioner", visit.clinician), ("Location", here))
        ],
    )
