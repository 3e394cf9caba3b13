"""Signing: what it keeps, what stops it, what is signed as given despite a block; addenda and voids."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from clinic.audit.models import Entry
from clinic.staff.models import User
from tests.treatments.people import a_user
from tests.treatments.sessions import (
    REASON,
    an_active_plan,
    checked,
    prepared,
    ready_to_sign,
    signed,
    some_vials,
)
from treatments import hooks
from treatments.errors import EditedMeanwhile
from treatments.models import Draw, Incident, InjectionSession, Vial
from treatments.models.session import VoidReason
from treatments.models.stock import LotState
from treatments.preparing import Said, take_from
from treatments.recording import start_session
from treatments.session_refusals import (
    AlreadyVoided,
    ReasonsMissing,
    SessionIncomplete,
    SessionNotSigned,
    SessionSigned,
    Stopped,
    VialOverdrawn,
)
from treatments.signing import Signature, add_addendum, sign, void_session
from treatments.stocking import close_vials
from treatments.withdrawing import take_out_of_use

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician() -> User:
    return a_user()


def _with_first_site(session: InjectionSession, units: Decimal) -> None:
    site = session.sites.earliest("position")
    site.units = units
    site.save()


def test_sign_keeps_total_volume_findings_and_draws(clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    assert session.total_units == Decimal(155)
    assert session.volume_ml == Decimal("3.1")  # 155 of 200 units in 4 mL
    assert session.injected_on == date(2027, 3, 1)
    assert session.signed_by == clinician
    assert [(line.kind, line.units) for line in session.draws.all()] == [("given", Decimal(155))]
    assert Vial.objects.get().drawn_units == Decimal(155)
    rules = set(session.findings.filter(gate="signing").values_list("rule", flat=True))
    assert {"R01", "R02", "R05", "R06", "R07", "R09", "R10", "R11", "R18", "R24", "R27", "R31"} <= rules
    assert Entry.objects.filter(verb="session.signed", thing_public_id=session.public_id).count() == 1


def test_sign_runs_what_the_calendar_hung_on_it(clinician: User, now: datetime) -> None:
    seen: list[tuple[InjectionSession, bool]] = []

    def note(*, session: InjectionSession, by: User, now: datetime) -> None:
        seen.append((session, session.is_signed))

    hooks.on_signed.append(note)
    try:
        session = signed(ready_to_sign(clinician, now), clinician, now)
    finally:
        hooks.on_signed.remove(note)
    assert seen == [(session, True)]


def test_sign_twice_is_refused(clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    with pytest.raises(SessionSigned):
        signed(session, clinician, now)


def test_sign_of_a_page_that_is_out_of_date_is_refused(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    with pytest.raises(EditedMeanwhile):
        sign(session=session, version=session.version - 1, signature=Signature(reasons={}), by=clinician, now=now)


def test_sign_says_all_that_is_missing(clinician: User, now: datetime) -> None:
    session = start_session(plan=an_active_plan(clinician, now, sites=0), by=clinician, now=now)
    with pytest.raises(SessionIncomplete) as refused:
        signed(session, clinician, now, injected_at=now + timedelta(minutes=1))
    assert list(refused.value.fields) == ["day_of_check", "preparation", "sites", "injected_at"]


def test_sign_of_a_total_the_sites_do_not_add_up_to_stops(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    with pytest.raises(Stopped) as refused:
        signed(session, clinician, now, declared_total=Decimal(150))
    assert [finding.rule for finding in refused.value.findings] == ["R09"]


def test_sign_of_more_than_the_vial_holds_names_vial_and_what_is_left(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    _with_first_site(session, Decimal(100))  # 250 units from a vial of 200
    with pytest.raises(VialOverdrawn) as refused:
        signed(session, clinician, now)
    assert (refused.value.vial, refused.value.left) == ("C7731A3 A", Decimal(200))
    assert not Draw.objects.exists()


def test_sign_draws_from_pooled_vials_in_proportion(clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    vials = some_vials(clinician, now, units="50", count=1, number="A1")
    vials += some_vials(clinician, now, units="200", count=1, number="B2")
    prepared(session, vials, clinician, now, ml="5")
    signed(session, clinician, now)
    # 155 of 250 units is 62 %: 31 of the 50 and 124 of the 200
    assert list(Draw.objects.order_by("vial_id").values_list("units", flat=True)) == [Decimal(31), Decimal(124)]


def test_sign_with_an_override_needs_its_reason_first(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    _with_first_site(session, Decimal(50))  # 200 units: above the 195 of the trial (R12) and of its row of limits (R05)
    with pytest.raises(ReasonsMissing) as refused:
        signed(session, clinician, now)
    assert [finding.rule for finding in refused.value.findings] == ["R05", "R12"]
    reasons = {finding.key: REASON for finding in refused.value.findings}
    signed(session, clinician, now, reasons=reasons)
    kept = session.findings.get(gate="signing", rule="R12", level="override")
    assert (kept.reason, kept.reason_by, kept.reason_at) == (REASON, clinician, now)


def test_reason_given_at_the_day_of_check_answers_the_same_finding_at_the_signature(
    clinician: User, now: datetime
) -> None:
    first = signed(ready_to_sign(clinician, now), clinician, now)
    later = now + timedelta(days=83)
    session = checked(first.plan, clinician, later)
    prepared(session, some_vials(clinician, later, number="D9"), clinician, later)
    signed(session, clinician, later)
    assert session.findings.get(gate="signing", rule="R01", level="override").reason == REASON


def test_recalled_lot_found_at_the_signature_is_signed_as_given_despite(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    take_out_of_use(
        lot=Vial.objects.get().lot, state=LotState.RECALLED, reason="Letter of the maker", by=clinician, now=now
    )
    with pytest.raises(SessionIncomplete) as refused:
        signed(session, clinician, now)
    assert list(refused.value.fields) == ["statement"]
    statement = "The recall reached us after the injection; the patient was told."
    session = signed(session, clinician, now, statement=statement)
    assert session.given_despite == statement
    assert list(Incident.objects.values_list("rule", "statement")) == [("R07", statement)]
    assert session.findings.get(gate="signing", rule="R07", level="block").text == "Lot C7731A3 is recalled."


def test_use_past_the_clock_is_signed_as_given_despite(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    late = now + timedelta(hours=23, minutes=30, seconds=1)  # made up 30 minutes before now: 24 h 0 min 1 s
    session = checked(session.plan, clinician, late)  # the next morning, so the questions of the day are asked again
    session = signed(session, clinician, late, statement="Drawn up in time, injected late; told the patient.")
    assert list(Incident.objects.values_list("rule", flat=True)) == ["R06"]


def test_check_of_an_earlier_day_is_no_check_of_the_day(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    tomorrow = now + timedelta(days=1)
    with pytest.raises(SessionIncomplete) as refused:
        signed(session, clinician, tomorrow)
    assert list(refused.value.fields) == ["day_of_check_is_old"]
    session = signed(session, clinician, tomorrow, injected_at=now)  # written down the day after
    assert session.injected_on == date(2027, 3, 1)


def test_nothing_is_made_up_on_an_earlier_days_check(clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    tomorrow = now + timedelta(days=1)
    with pytest.raises(SessionIncomplete) as refused:
        prepared(session, some_vials(clinician, now), clinician, tomorrow)
    assert list(refused.value.fields) == ["day_of_check_is_old"]
    assert Vial.objects.get().opened_at is None


def test_addendum_stands_beside_the_signed_session(clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    add_addendum(session=session, text="Needle was 32 G.", by=clinician, now=now)
    assert list(session.addenda.values_list("text", flat=True)) == ["Needle was 32 G."]


def test_addendum_to_a_draft_is_refused(clinician: User, now: datetime) -> None:
    with pytest.raises(SessionNotSigned):
        add_addendum(session=ready_to_sign(clinician, now), text="x", by=clinician, now=now)


@pytest.mark.parametrize("kind", list(VoidReason))
def test_void_gives_the_units_back_to_their_vial(kind: VoidReason, clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    void_session(session=session, kind=kind, reason="Other patient of that name", by=clinician, now=now)
    assert Vial.objects.get().drawn_units == 0
    lines = list(Draw.objects.values_list("kind", "units"))
    assert lines == [("given", Decimal(155)), ("adjusted", Decimal(-155))]
    session.refresh_from_db()
    assert session.total_units == Decimal(155)


def test_void_opens_a_closed_vial_again_for_its_account(clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    close_vials(vials=list(Vial.objects.all()), reason="Rest discarded", by=clinician, now=now)
    void_session(session=session, kind=VoidReason.NEVER_GIVEN, reason="Patient left", by=clinician, now=now)
    vial = Vial.objects.get()
    assert (vial.drawn_units, vial.closed_at) == (Decimal(45), None)


def test_void_twice_is_refused(clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    void_session(session=session, kind=VoidReason.NEVER_GIVEN, reason="Patient left", by=clinician, now=now)
    with pytest.raises(AlreadyVoided):
        void_session(session=session, kind=VoidReason.NEVER_GIVEN, reason="Again", by=clinician, now=now)
    assert Vial.objects.get().drawn_units == 0


def test_session_that_replaces_a_voided_one_takes_its_units_from_the_same_vial(clinician: User, now: datetime) -> None:
    first = signed(ready_to_sign(clinician, now), clinician, now)
    void_session(session=first, kind=VoidReason.WRONG_PATIENT, reason="Wrong folder", by=clinician, now=now)
    other = checked(an_active_plan(clinician, now, given_name="Hetal"), clinician, now)
    said = Said(reasons={}, is_already_given=True)
    take_from(session=other, made=first.preparations.get(), said=said, by=clinician, now=now)
    other.refresh_from_db()
    signed(other, clinician, now)
    assert Vial.objects.get().drawn_units == Decimal(155)
