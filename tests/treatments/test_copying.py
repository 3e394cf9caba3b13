"""Same as last time: what is copied from a signed session, what never is; a copy once signed equals its original."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.staff.models import User
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked, ready_to_sign, signed
from treatments.errors import NothingToCopy
from treatments.models import InjectionSession, MuscleVersion, Plan, PlanState, SessionSite
from treatments.models.session import VoidReason
from treatments.plan_drafts import draft_from_session
from treatments.previous import last_session
from treatments.recording import start_session
from treatments.signing import void_session

pytestmark = pytest.mark.django_db

LATER = timedelta(days=84)
PLACES = ("temporalis:left", "temporalis:right", "occipitalis:left", "procerus:midline", "trapezius_upper:right")
SITES = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.integers(1, 1200),
        st.integers(0, 100_000),
        st.integers(0, 100_000),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def clinician() -> User:
    return a_user()


def given_at(thing: Plan | InjectionSession) -> list[tuple[Any, ...]]:
    """Every site as it stands: muscle, side, point, units, in order."""
    return [
        (site.muscle.key, site.side, site.figure, site.x, site.y, site.units)
        for site in thing.sites.select_related("muscle").order_by("position")
    ]


def wish(session: InjectionSession, sites: list[tuple[str, int, int, int]]) -> None:
    """Put these sites into a draft, whatever they are."""
    muscles = {muscle.key: muscle for muscle in MuscleVersion.objects.current()}
    session.sites.all().delete()
    for position, (place, hundredths, x, y) in enumerate(sites):
        muscle, _colon, side = place.partition(":")
        SessionSite.objects.create(
            session=session,
            muscle=muscles[muscle],
            side=side,
            figure="head_front",
            x=Decimal(x) / 100_000,
            y=Decimal(y) / 100_000,
            units=Decimal(hundredths) / 100,
            position=position,
        )


def frozen(session: InjectionSession, at: datetime) -> InjectionSession:
    """Signed as far as the database asks, whatever the rules say: the copy is what is looked at."""
    total = sum((site.units for site in session.sites.all()), Decimal(0))
    InjectionSession.objects.filter(pk=session.pk).update(
        checked_at=at,
        injected_at=at,
        injected_on=at.date(),
        total_units=total,
        signed_at=at,
        signed_by=session.clinician,
    )
    session.refresh_from_db()
    return session


@given(sites=SITES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_copy_then_sign_equals_the_original(sites: list[tuple[str, int, int, int]], now: datetime) -> None:
    """Any muscle, side, point and dose, in any order: the copied session once signed, and the plan drafted from it."""
    by = a_user()
    plan = an_active_plan(by, now, sites=1)
    first = start_session(plan=plan, by=by, now=now)
    wish(first, sites)
    original = frozen(first, now)
    copy = start_session(plan=plan, by=by, now=now + LATER, copied_from=last_session(plan))
    assert given_at(frozen(copy, now + LATER)) == given_at(original)
    assert copy.total_units == original.total_units
    drafted = draft_from_session(session=copy, by=by, now=now + LATER)
    assert given_at(drafted) == given_at(original)
    Plan.objects.filter(pk=drafted.pk).update(state=PlanState.ACTIVE, started_on=now.date())
    third = start_session(plan=drafted, by=by, now=now + LATER * 2)
    assert given_at(frozen(third, now + LATER * 2)) == given_at(original)


def test_nothing_of_the_day_or_the_bench_is_copied(clinician: User, now: datetime) -> None:
    first = signed(ready_to_sign(clinician, now), clinician, now)
    copy = start_session(plan=first.plan, by=clinician, now=now + LATER, copied_from=first)
    assert (copy.day_of_check, copy.checked_at, copy.injected_at) == ({}, None, None)
    assert (copy.needle, copy.guidance, copy.note, copy.aftercare_given) == ("", "", "", False)
    assert not copy.preparations.exists()
    assert not copy.findings.exists()
    assert not copy.sites.exclude(preparation=None, volume_ml=None).exists()


def test_plan_from_a_session_takes_its_product_interval_and_protocol(clinician: User, now: datetime) -> None:
    first = signed(ready_to_sign(clinician, now), clinician, now)
    drafted = draft_from_session(session=first, by=clinician, now=now)
    assert (drafted.state, drafted.product.key) == ("draft", "onabotulinumtoxinA")
    assert (drafted.interval_value, drafted.interval_unit) == (12, "weeks")
    assert drafted.protocol is not None
    assert drafted.protocol.key == "preempt_chronic_migraine"
    assert drafted.pk != first.plan_id


def test_draft_a_void_and_another_plans_session_are_not_copied(clinician: User, now: datetime) -> None:
    draft = checked(an_active_plan(clinician, now), clinician, now)
    with pytest.raises(NothingToCopy):
        draft_from_session(session=draft, by=clinician, now=now)
    voided = signed(ready_to_sign(clinician, now, given_name="Hetal"), clinician, now)
    with pytest.raises(NothingToCopy):
        start_session(plan=draft.plan, by=clinician, now=now, copied_from=voided)
    void_session(session=voided, kind=VoidReason.NEVER_GIVEN, reason="Patient left", by=clinician, now=now)
    assert last_session(voided.plan) is None
    voided = InjectionSession.objects.get(pk=voided.pk)
    with pytest.raises(NothingToCopy):
        draft_from_session(session=voided, by=clinician, now=now)


def test_last_time_is_the_newest_session_of_the_plan_else_of_the_condition(clinician: User, now: datetime) -> None:
    first = signed(ready_to_sign(clinician, now), clinician, now)
    drafted = draft_from_session(session=first, by=clinician, now=now)
    assert last_session(drafted) == first  # the new plan has none of its own yet
    assert last_session(an_active_plan(clinician, now, given_name="Hetal")) is None
