"""What a patient's calendar is told of a visit: the file beside a confirmation, a move, a cancellation."""

from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from clinic.locations.letterhead import plain_lines
from clinic.outbox.mime import CalendarPart, envelope_address
from scheduling import ical
from scheduling.models import Appointment, AppointmentState


def facts_of(visit: Appointment) -> dict[str, Any]:
    """Return when, by the clock there, and with whom: what every letter about a visit says."""
    zone = visit.location.zone
    return {
        "starts": visit.starts_at.astimezone(zone).replace(tzinfo=None),
        "ends": visit.ends_at.astimezone(zone).replace(tzinfo=None),
        "clinician": visit.clinician.full_name,
    }


def calendar_part(visit: Appointment, *, method: str, now: datetime, address: str = "") -> CalendarPart:
    """Return it in the language spoken now; `address` is where the letter goes, if it is for one.

    The uid is the visit's public id and nothing else: it outlives a change of the clinic's domain.
    """
    location = visit.location
    said = facts_of(visit) | {"location": location, "is_cancelled": method == ical.CANCEL}
    meeting = ical.Meeting(
        uid=str(visit.public_id),
        sequence=sequence_of(visit),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        made_at=visit.booked_at,
        changed_at=Appointment.objects.filter(pk=visit.pk).with_changed_at().values_list("changed_at", flat=True).get(),
        summary=" ".join(plain_lines("letters/_visit_summary.txt", said)),
        description="\n".join(plain_lines("letters/_visit_description.txt", said)),
        location=", ".join([location.sender_name, *filter(None, map(str.strip, location.address.splitlines()))]),
        organizer=envelope_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        organizer_name=location.sender_name,
        attendee=envelope_address(address) if address else "",
    )
    return CalendarPart(method=method, content=ical.invitation(meeting, method=method, now=now))


def sequence_of(visit: Appointment) -> int:
    """Return which telling of the visit this is: a cancellation is one more, for calendars obey higher numbers only."""
    return visit.sequence + (visit.state == AppointmentState.CANCELLED)
