"""What is asked for when a visit is booked or moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clinic.locations.models import Location, Room
from clinic.staff.models import User
from scheduling.models import AppointmentType


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What is asked for: who, where, in which room, for what, when; its minutes where they are not the type's own."""

    clinician: User
    location: Location
    room: Room | None
    type: AppointmentType
    starts_at: datetime
    minutes: int | None = None

    @property
    def ends_at(self) -> datetime:
        """When the visit ends."""
        return self.starts_at + timedelta(minutes=self.minutes or self.type.minutes)

    @property
    def occupied_until(self) -> datetime:
        """When clinician and room are free again."""
        return self.ends_at + timedelta(minutes=self.type.after_buffer_minutes)

    @property
    def columns(self) -> dict[str, Any]:
        """What a row says that takes this time: a visit, or a hold; its type is said apart, a move leaves it."""
        return {
            "clinician": self.clinician,
            "location": self.location,
            "room": self.room,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "occupied_until": self.occupied_until,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What a person allowed on purpose: overbooking and an early injection, each with a reason; an extra visit.

    An extra visit is beside the one that keeps the follow-up, and keeps none itself; its note says what it is for.
    """

    overbook_reason: str = ""
    early_reason: str = ""
    is_extra: bool = False


NO_LEAVE = Leave()
