"""Two at once: one vial, one signature, one late site. Each race has a control that fails without its guard."""

import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import psycopg2
import pytest
from django.db import IntegrityError, connection, connections, transaction

from clinic.embedded.home import OWNER_ROLE
from clinic.lib.db import violated
from clinic.staff.models import User
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked, prepared, signed, some_vials
from treatments.models import Draw, InjectionSession, SessionSite, Vial
from treatments.preparing import Said, take_from
from treatments.session_refusals import SessionSigned, VialOverdrawn
from treatments.signing import Signature, sign

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run each deed in a thread of its own, all from one start; return what came of them, refusals too."""
    came: list[object] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(index: int, deed: Callable[[], object]) -> None:
        start.wait(timeout=10)
        try:
            came[index] = deed()
        except Exception as refused:  # noqa: BLE001 - the refusal is the result
            came[index] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return came


def two_sessions_on_one_vial(now: datetime) -> tuple[list[InjectionSession], Vial, User]:
    """A vial of 50 units, and two patients with 8 sites of 5 units each: 40 and 40."""
    by = a_user()
    first = checked(an_active_plan(by, now, sites=8), by, now)
    vial = some_vials(by, now, units="50")[0]
    made = prepared(first, [vial], by, now, ml="1")
    second = checked(an_active_plan(by, now, sites=8, given_name="Hetal"), by, now)
    take_from(
        session=second, made=made, said=Said(reasons=_reasons(second, vial), is_already_given=True), by=by, now=now
    )
    second.refresh_from_db()
    return [first, second], vial, by


def _reasons(session: InjectionSession, vial: Vial) -> dict[str, str]:
    return {f"R26.shared@{vial.label}": f"One ampoule left, patient {session.patient_id} waits."}


def test_btx_002_two_sessions_racing_for_one_vial_cannot_overdraw_it(now: datetime) -> None:
    sessions, vial, by = two_sessions_on_one_vial(now)

    def signing(session: InjectionSession) -> Callable[[], object]:
        signature = Signature(reasons=_reasons(session, vial) | _shape(session))
        return lambda: sign(session=session, version=session.version, signature=signature, by=by, now=now)

    came = at_once(*(signing(session) for session in sessions))
    won = [result for result in came if isinstance(result, InjectionSession)]
    lost = [result for result in came if isinstance(result, VialOverdrawn)]
    assert (len(won), len(lost)) == (1, 1), came
    assert (lost[0].vial, lost[0].left) == ("C7731A3 A", Decimal(10))
    vial.refresh_from_db()
    assert vial.drawn_units == Decimal(40)
    assert sum(Draw.objects.values_list("units", flat=True)) == vial.drawn_units


def _shape(session: InjectionSession) -> dict[str, str]:
    """Reasons for whatever else the small session needs one for."""
    return {finding.key: finding.reason for finding in session.findings.exclude(reason="")}


def _look_then_leap(vial: Vial, session: InjectionSession, by: User, now: datetime, seen: threading.Barrier) -> str:
    """Draw 40 units the naive way: read what is left, then write. Both readers see 50."""
    left = Vial.objects.get(pk=vial.pk)
    seen.wait(timeout=10)
    if left.units - left.drawn_units < Decimal(40):
        return "refused"
    try:
        with transaction.atomic():
            Draw.objects.create(vial=vial, session=session, kind="given", units=Decimal(40), by=by, at=now)
    except IntegrityError as error:
        return str(violated(error))
    return "drawn"


@pytest.mark.parametrize(
    ("has_constraint", "came", "drawn"),
    [(True, ["drawn", "vial_is_not_overdrawn"], Decimal(40)), (False, ["drawn", "drawn"], Decimal(80))],
)
def test_btx_002_control_without_the_constraint_the_vial_is_overdrawn(
    has_constraint: bool,
    came: list[str],
    drawn: Decimal,
    now: datetime,
) -> None:
    sessions, vial, by = two_sessions_on_one_vial(now)
    if not has_constraint:
        execute_as_owner("ALTER TABLE treatments_vial DROP CONSTRAINT vial_is_not_overdrawn")
    seen = threading.Barrier(2)
    results = at_once(*(lambda one=one: _look_then_leap(vial, one, by, now, seen) for one in sessions))
    assert sorted(map(str, results)) == came
    vial.refresh_from_db()
    assert vial.drawn_units == drawn


def execute_as_owner(statement: str) -> None:
    raw = psycopg2.connect(
        host=connection.settings_dict["HOST"], user=OWNER_ROLE, dbname=connection.settings_dict["NAME"]
    )
    try:
        with raw, raw.cursor() as cursor:
            cursor.execute(statement)
    finally:
        raw.close()


def a_session(now: datetime) -> tuple[InjectionSession, User]:
    by = a_user()
    session = checked(an_active_plan(by, now), by, now)
    prepared(session, some_vials(by, now), by, now)
    return session, by


def test_two_signatures_of_one_session_make_one(now: datetime) -> None:
    session, by = a_session(now)
    came = at_once(*[lambda: signed(session, by, now)] * 2)
    assert sorted(type(result).__name__ for result in came) == ["InjectionSession", "SessionSigned"]
    assert Draw.objects.count() == 1


def test_late_site_racing_a_signature_is_counted_or_refused(now: datetime) -> None:
    session, by = a_session(now)
    copied = session.sites.select_related("muscle").earliest("position")

    def late() -> str:
        try:
            with transaction.atomic():
                SessionSite.objects.create(
                    session=session, muscle=copied.muscle, side="left", figure="head_front", x="0.6", y="0.3", units=5
                )
        except IntegrityError as error:
            return str(violated(error))
        return "written"

    came = at_once(lambda: signed(session, by, now), late)
    session.refresh_from_db()
    assert session.is_signed, came
    in_the_sheet = sum(session.sites.values_list("units", flat=True))
    assert session.total_units == in_the_sheet
    assert came[1] in {"written", "treatments_sessionsite_is_frozen_with_injectionsession"}


def test_control_a_site_after_the_signature_is_refused_by_the_trigger_alone(now: datetime) -> None:
    session, by = a_session(now)
    signed(session, by, now)
    copied = session.sites.select_related("muscle").earliest("position")
    row = {"muscle": copied.muscle, "side": "left", "figure": "head_front", "x": "0.6", "y": "0.3", "units": 5}
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionSite.objects.create(session=session, **row)
    execute_as_owner("DROP FUNCTION treatments_sessionsite_is_frozen_with_injectionsession() CASCADE")
    SessionSite.objects.create(session=session, **row)
    assert session.sites.count() == 32
    with pytest.raises(SessionSigned):
        signed(session, by, now)
