"""Where a session that was typed in later stands among its plan's others, and whether it owes anything yet."""

from typing import TYPE_CHECKING

from scheduling.models import FollowUp
from treatments.models import InjectionSession, Plan

if TYPE_CHECKING:
    from django.db.models import QuerySet


def is_behind(session: InjectionSession) -> bool:
    """Whether the plan has a later session that stands: then nothing is owed from this one."""
    later = _standing(session.plan).filter(injected_on__gt=session.injected_on)
    return bool(later.exclude(pk=session.pk).exists())


def silent_late_entry(voided: InjectionSession) -> InjectionSession | None:
    """Return the late entry that a voided session stood before, if nothing is owed from it or its plan yet."""
    latest: InjectionSession | None = _standing(voided.plan).exclude(pk=voided.pk).first()
    if latest is None or not latest.is_late_entry or FollowUp.objects.filter(session=latest).exists():
        return None
    return None if FollowUp.objects.live().filter(plan=voided.plan).exists() else latest


def _standing(plan: Plan) -> "QuerySet[InjectionSession]":
    """Return a plan's signed sessions that stand, the latest first."""
    found: QuerySet[InjectionSession] = InjectionSession.objects.filter(
        plan=plan, signed_at__isnull=False, void__isnull=True
    )
    return found.order_by("-injected_on", "-id")
