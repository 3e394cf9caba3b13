"""Questions to the calendar, in the clinic's words."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models.functions import Coalesce

from clinic.staff.models import User
from scheduling.slots import LONGEST
from scheduling.standing import LIVE, OPEN
from scheduling.status import HOLDING_THEIR_TIME, NOT_OVER, TO_COME


class AppointmentQuerySet(models.QuerySet[Any]):
    """Visits."""

    def visible_to(self, user: User) -> "AppointmentQuerySet":
        """Visits at the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def holding_their_time(self) -> "AppointmentQuerySet":
        """Visits that keep a time taken: neither cancelled nor missed."""
        return self.filter(state__in=HOLDING_THEIR_TIME)

    def upcoming(self, now: datetime) -> "AppointmentQuerySet":
        """Visits still to come."""
        return self.filter(state__in=TO_COME, starts_at__gte=now)

    def not_over(self) -> "AppointmentQuerySet":
        """Visits that are neither over nor given up."""
        return self.filter(state__in=NOT_OVER)

    def between(self, start: datetime, end: datetime) -> "AppointmentQuerySet":
        """Visits that begin in [start, end)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def touching(self, start: datetime, end: datetime) -> "AppointmentQuerySet":
        """Visits that last, with what is tidied up after them, into [start, end): none begins a day before it."""
        return self.filter(starts_at__gt=start - LONGEST, starts_at__lt=end, occupied_until__gt=start)

    def with_changed_at(self) -> "AppointmentQuerySet":
        """Visits with the instant at which their row was last written, as its history has it."""
        found: AppointmentQuerySet = self.annotate(
            changed_at=Coalesce(models.Max("events__pgh_created_at"), "booked_at")
        )
        return found


class FollowUpQuerySet(models.QuerySet[Any]):
    """What is owed next."""

    def visible_to(self, user: User) -> "FollowUpQuerySet":
        """Follow-ups at the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def live(self) -> "FollowUpQuerySet":
        """Follow-ups that still wait for a visit."""
        return self.filter(state__in=LIVE)

    def open(self) -> "FollowUpQuerySet":
        """Follow-ups for which nothing is booked yet."""
        return self.filter(state__in=OPEN)


class CallQuerySet(models.QuerySet[Any]):
    """Calls about coming back."""

    def visible_to(self, user: User) -> "CallQuerySet":
        """Calls about follow-ups of the locations where this person works."""
        return self.filter(follow_up__location__in=user.works_at)

    def standing(self) -> "CallQuerySet":
        """Calls that were not taken back."""
        return self.filter(withdrawal__isnull=True)


class CalendarFeedQuerySet(models.QuerySet[Any]):
    """Addresses at which calendar programs read."""

    def open(self) -> "CalendarFeedQuerySet":
        """Addresses that nobody stopped."""
        return self.filter(stopped_at__isnull=True)

    def visible_to(self, user: User) -> "CalendarFeedQuerySet":
        """A person's own; a manager's: those of the colleagues they look after."""
        if user.is_manager:
            return self.filter(clinician__in=User.objects.visible_to(user))
        return self.filter(clinician=user)


class TakenBackQuerySet(models.QuerySet[Any]):
    """What somebody said and may take back: leave, an extra clinic, running late, a visit that stands."""

    def standing(self) -> Self:
        """What was not taken back."""
        return self.filter(taken_back_at__isnull=True)


class OnlineRequestQuerySet(models.QuerySet[Any]):
    """What was written on the web for a time that is kept."""

    def visible_to(self, user: User) -> "OnlineRequestQuerySet":
        """Requests for the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def booked(self) -> "OnlineRequestQuerySet":
        """Those that became a visit."""
        return self.filter(appointment__isnull=False)


class WaitingEntryQuerySet(models.QuerySet[Any]):
    """Who waits for a time to come free."""

    def visible_to(self, user: "User") -> "WaitingEntryQuerySet":
        """Entries of the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def waiting(self) -> "WaitingEntryQuerySet":
        """Those who wait still, the longest first."""
        return self.filter(state="waiting")


class FreedTimeQuerySet(models.QuerySet[Any]):
    """Times that came free."""

    def open(self) -> "FreedTimeQuerySet":
        """Those that nobody has again, as far as the last sweep saw."""
        return self.filter(closed_at__isnull=True)


class SlotOfferQuerySet(models.QuerySet[Any]):
    """Freed times offered to somebody."""

    def visible_to(self, user: "User") -> "SlotOfferQuerySet":
        """Offers of the locations where this person works."""
        return self.filter(entry__location__in=user.works_at)

    def open(self) -> "SlotOfferQuerySet":
        """Those that can still be taken."""
        return self.filter(state="open")


class HeldTimeQuerySet(models.QuerySet[Any]):
    """Times kept for who is choosing them online."""

    def kept(self) -> "HeldTimeQuerySet":
        """Those nobody let go, booked or ended: what the table keeps from others, run out or not."""
        return self.filter(ended_at__isnull=True)

    def live(self, now: datetime) -> "HeldTimeQuerySet":
        """Those that have not run out either."""
        return self.kept().filter(until__gt=now)

    def overlapping(self, start: datetime, end: datetime) -> "HeldTimeQuerySet":
        """Those that take some of [start, end)."""
        return self.filter(starts_at__lt=end, occupied_until__gt=start)


class ClinicExportQuerySet(models.QuerySet[Any]):
    """Files with the clinic's records."""

    def visible_to(self, user: User) -> "ClinicExportQuerySet":
        """The files this person asked for, while they work at all the locations whose patients are in them."""
        elsewhere = self.model.locations.through.objects.exclude(location__in=user.works_at).values("clinicexport")
        return self.filter(asked_by=user).exclude(pk__in=elsewhere)

    def under_way(self) -> "ClinicExportQuerySet":
        """Those that wait or are being made."""
        return self.filter(state__in=("asked", "making"))
