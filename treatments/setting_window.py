"""A clinician sets by hand when a session's effect ends, and takes it back: the estimate is kept beside it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models import Patient
from treatments.errors import EditedMeanwhile, NoSessionYet, ReasonMissing
from treatments.intervals import Interval
from treatments.models import EstimateCause, InjectionSession, Plan, WindowByHand
from treatments.scoring import estimate_anew
from treatments.windows import standing_by_hand, standing_sessions


@transaction.atomic
def set_window(
    *, plan: Plan, until: int | Interval, reason: str, seen: UUID | None, by: User, now: datetime
) -> WindowByHand:
    """Set the end of the newest session's effect: a day after it, or an interval. Runs `on_scored`.

    It holds for that session: the next one starts from the estimate again. It alone may put the day to be back behind
    the plan's interval; never before the shortest one. `seen` is the one the page showed, if any.

    Raises:
        NoSessionYet: the plan has no signed session.
        ReasonMissing: no word why.
        EditedMeanwhile: somebody set or took back another since; `theirs` is what stands, None where nothing does.
    """
    if not reason.strip():
        raise ReasonMissing
    session = newest_session(plan)
    standing = standing_by_hand(session)
    if (standing.public_id if standing else None) != seen:
        raise EditedMeanwhile(standing)
    window: WindowByHand = WindowByHand.objects.create(
        session=session,
        end_day=until if isinstance(until, int) else None,
        interval_value=None if isinstance(until, int) else until.value,
        interval_unit="" if isinstance(until, int) else until.unit,
        reason=reason.strip(),
        by=by,
        at=now,
    )
    record(by=by, verb="window.set_by_hand", thing=window, patient=plan.patient)
    estimate_anew([plan], why=EstimateCause.BY_HAND, by=by, now=now)
    return window


def newest_session(plan: Plan) -> InjectionSession:
    """Return the plan's newest session that stands, the patient locked first. Raises `NoSessionYet`."""
    Patient.objects.select_for_update().get(pk=plan.patient_id)
    sessions = standing_sessions(plan=plan)
    if not sessions:
        raise NoSessionYet
    return sessions[-1]
