"""What counts of a session that was voided and written again: one treatment, once."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from clinic.staff.models import User
from tests.treatments.late import a_late_entry, signed_late
from tests.treatments.sessions import ready_to_sign, signed
from treatments.formulary_db import current_formulary
from treatments.models import InjectionSession
from treatments.models.session import VoidReason
from treatments.priors import prior_sessions
from treatments.session_facts import facts_of_session
from treatments.signing import void_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrong(clinician: User, now: datetime) -> InjectionSession:
    """A session of 155 units, voided because it was entered wrongly."""
    session = signed(ready_to_sign(clinician, now), clinician, now)
    later = now + timedelta(hours=1)
    void_session(session=session, kind=VoidReason.ENTERED_WRONGLY, reason="Two sites", by=clinician, now=later)
    return session


def counted(session: InjectionSession) -> list[Decimal | None]:
    return [prior.units for prior in prior_sessions(session.patient) if prior.counts]


def again(wrong: InjectionSession, by: User, *, given_at: datetime) -> InjectionSession:
    """The same plan's session, typed in two hours later."""
    now = given_at + timedelta(hours=2)
    return a_late_entry(by, now, given_at=given_at, plan=wrong.plan, lot="C9")


def test_session_entered_wrongly_counts_until_it_is_written_again(
    wrong: InjectionSession, clinician: User, now: datetime
) -> None:
    assert counted(wrong) == [Decimal(155)]
    signed_late(again(wrong, clinician, given_at=now), clinician, now + timedelta(hours=2))
    assert counted(wrong) == [Decimal(155)]


def test_what_is_being_written_again_is_not_added_to_what_was_wrong(
    wrong: InjectionSession, clinician: User, now: datetime
) -> None:
    draft = again(wrong, clinician, given_at=now)
    facts = facts_of_session(draft, used_at=now, formulary=current_formulary())
    assert facts.prior == ()


def test_session_of_another_day_takes_nothing_from_what_was_entered_wrongly(
    wrong: InjectionSession, clinician: User, now: datetime
) -> None:
    next_day = now + timedelta(days=1)
    signed_late(again(wrong, clinician, given_at=next_day), clinician, next_day + timedelta(hours=2))
    assert counted(wrong) == [Decimal(155), Decimal(155)]
