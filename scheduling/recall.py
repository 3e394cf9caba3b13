"""The recall list: who is due, reminded, silent, overdue, and who must be called."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, OuterRef, Q, Subquery, Value, When

from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.models import Patient
from scheduling import checking_in
from scheduling.models import FollowUp
from scheduling.standing import TOO_EARLY
from treatments.formulary_db import current_formulary
from treatments.models import SymptomReport

SOON = timedelta(days=14)
ASKED_WITHIN = timedelta(days=7)
ASKED_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """One tab of the list, with how many wait there."""

    key: str
    count: int


def groups(today: date) -> Case:
    """Return the group a live follow-up is in, as an expression: to call before all else, then by date."""
    return Case(
        When(reason=TOO_EARLY, then=Value("call")),
        When(state="booked", then=Value("booked")),
        When(where="clinician_list", then=Value("clinician")),
        When(where="call_list", then=Value("call")),
        When(book_by_on__lt=today, then=Value("overdue")),
        When(reason="wearing_off", then=Value("due")),
        When(state="reminded", then=Value("reminded")),
        When(book_by_on__lte=today + SOON, then=Value("due")),
        default=Value("later"),
        output_field=CharField(),
    )


GROUPS = ("call", "overdue", "due", "reminded", "booked", "clinician", "later")


def counts(*, user: User, today: date) -> list[Filter]:
    """Return how many follow-ups each group holds. One query."""
    found: dict[str, int] = {
        row["group"]: row["n"]
        for row in FollowUp.objects.visible_to(user)
        .live()
        .annotate(group=groups(today))
        .order_by()
        .values("group")
        .annotate(n=Count("pk"))
    }
    return [Filter(key, found.get(key, 0)) for key in GROUPS]


def rows(*, user: User, today: date, group: str) -> Any:
    """Return the follow-ups of one group, the longest overdue first."""
    return (
        FollowUp.objects.visible_to(user)
        .live()
        .annotate(group=groups(today))
        .filter(group=group)
        .select_related("patient", "location", "plan__clinician")
        .order_by("book_by_on", "id")
    )


def to_ask(*, user: User, now: datetime) -> list[Patient]:
    """Return patients whom a check-in could not be mailed lately and nobody has asked since: a person rings them.

    Only where safety asks (adverse_events.json ask_schedule_days); scores alone are no reason to ring.
    """
    steps = [str(day) for day in current_formulary().ask_days]
    unsent = dict(
        Letter.objects.of_kind(checking_in.LETTER)
        .filter(state="withdrawn", where="call_list", step__in=steps, ended_at__gt=now - ASKED_WITHIN)
        .order_by("ended_at")
        .values_list("person_public_id", "ended_at")[:ASKED_AT_MOST]
    )
    patients = list(
        Patient.objects.visible_to(user)
        .filter(public_id__in=unsent, deceased_on__isnull=True)
        .annotate(told_at=Subquery(SymptomReport.objects.filter(patient=OuterRef("pk")).values("told_at")[:1]))
    )
    waiting = [one for one in patients if one.told_at is None or one.told_at < unsent[one.public_id]]
    return sorted(waiting, key=lambda one: unsent[one.public_id])


def overdue_count(user: User, today: date) -> int:
    """Return how many follow-ups wait for a call or are overdue: the number on the rail."""
    return int(
        FollowUp.objects.visible_to(user)
        .filter(state__in=("pending", "reminded"))
        .filter(Q(where="call_list") | Q(where="letters", book_by_on__lt=today))
        .count()
    )


BEHIND, AHEAD = timedelta(weeks=8), timedelta(weeks=4)
"""What the axis shows around today; what lies outside is drawn at its edge."""


def axis(today: date) -> tuple[date, date]:
    """Return the first and last day of the axis all bars share, so that today is one line down the page."""
    return today - BEHIND, today + AHEAD
