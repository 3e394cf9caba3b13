"""A session given earlier and typed in later, for tests."""

from datetime import datetime, timedelta
from decimal import Decimal

from clinic.staff.models import User
from tests.treatments.sessions import REASON, an_active_plan, clear_answers, some_vials
from treatments.late_entry import mark_late_entry
from treatments.models import InjectionSession, Plan
from treatments.preparing import MakingUp, Said, make_up
from treatments.recording import save_day_of_check, start_session
from treatments.session_refusals import ReasonsMissing
from treatments.signing import Signature, sign

NO_POWER = "No power that afternoon; kept on paper."


def a_late_entry(
    by: User, now: datetime, *, given_at: datetime, plan: Plan | None = None, lot: str = "C7731A3"
) -> InjectionSession:
    """A draft marked as given earlier, with what the paper says of the check and the vial."""
    plan = plan or an_active_plan(by, given_at)
    session = start_session(plan=plan, by=by, now=now)
    session = mark_late_entry(
        session=session, version=session.version, given_at=given_at, reason=NO_POWER, by=by, now=now
    )
    save_day_of_check(session=session, version=session.version, answers=clear_answers(), reasons={}, by=by, now=now)
    making = MakingUp(
        vials=some_vials(by, given_at - timedelta(days=2), number=lot),
        diluent="saline",
        diluent_ml=Decimal(4),
        reconstituted_at=given_at - timedelta(minutes=30),
    )
    make_up(session=session, making=making, said=Said(reasons={}), by=by, now=now)
    session.refresh_from_db()
    return session


def signed_late(session: InjectionSession, by: User, now: datetime) -> InjectionSession:
    """Signed, each override answered."""

    def signed(reasons: dict[str, str]) -> InjectionSession:
        return sign(session=session, version=session.version, signature=Signature(reasons=reasons), by=by, now=now)

    try:
        return signed({})
    except ReasonsMissing as refused:
        return signed({finding.key: REASON for finding in refused.findings})
