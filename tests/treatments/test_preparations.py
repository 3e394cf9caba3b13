"""Several preparations in one session: each site from one of them, each its own dilution, clock, vials and ledger."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clinic.staff.models import User
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked, signed, some_vials
from treatments.models import Draw, InjectionSession, Preparation, Vial
from treatments.preparing import MakingUp, Said, make_up, take_off
from treatments.session_made import made_of
from treatments.session_refusals import SessionIncomplete, Stopped, VialOverdrawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician() -> User:
    return a_user()


def made_up(
    session: InjectionSession, vials: list[Vial], now: datetime, *, ml: str, hours_ago: int = 1, is_part: bool = True
) -> Preparation:
    return make_up(
        session=session,
        making=MakingUp(
            vials=vials, diluent="saline", diluent_ml=Decimal(ml), reconstituted_at=now - timedelta(hours=hours_ago)
        ),
        said=Said(reasons={}, is_part=is_part),
        by=session.clinician,
        now=now,
    )


def two_dilutions(clinician: User, now: datetime) -> InjectionSession:
    """31 sites of 5 units: two vials of 100, one in 2 mL and one in 1 mL; the last 15 sites are from the second."""
    session = checked(an_active_plan(clinician, now), clinician, now)
    made_up(session, some_vials(clinician, now, units="100", number="A1"), now, ml="2")
    second = made_up(session, some_vials(clinician, now, units="100", number="B2"), now, ml="1")
    last = list(session.sites.order_by("-position")[:15])
    session.sites.filter(pk__in=[site.pk for site in last]).update(preparation=second)
    session.refresh_from_db()
    return session


def test_sites_of_before_stay_with_the_first_when_a_second_comes(clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    first = made_up(session, some_vials(clinician, now, units="100", number="A1"), now, ml="2")
    assert set(session.sites.values_list("preparation", flat=True)) == {None}  # the only one needs no name
    made_up(session, some_vials(clinician, now, units="100", number="B2"), now, ml="1")
    assert set(session.sites.values_list("preparation", flat=True)) == {first.pk}
    assert [one.ref for one in made_of(session)] == ["made", "made 2"]


def test_each_preparation_gives_what_its_own_sites_take(clinician: User, now: datetime) -> None:
    session = signed(two_dilutions(clinician, now), clinician, now)
    # 16 sites of 5 units are 80 of the first, 15 are 75 of the second; 80 U of 50 U/mL and 75 U of 100 U/mL
    assert list(Draw.objects.order_by("vial_id").values_list("units", flat=True)) == [Decimal(80), Decimal(75)]
    assert session.volume_ml == Decimal("1.6") + Decimal("0.75")
    assert set(session.sites.values_list("volume_ml", flat=True)) == {Decimal("0.1000"), Decimal("0.0500")}


def test_rules_look_at_each_preparation(clinician: User, now: datetime) -> None:
    session = signed(two_dilutions(clinician, now), clinician, now)
    for rule in ("R06", "R08"):
        subjects = set(session.findings.filter(gate="signing", rule=rule).values_list("subject", flat=True))
        assert subjects == {"made", "made 2"}
    lots = set(session.findings.filter(gate="signing", rule="R07").values_list("subject", flat=True))
    assert lots == {"A1 A", "B2 A"}  # both bottles are called A: the lot tells them apart
    preparing = set(session.findings.filter(gate="preparing", rule="R06").values_list("subject", flat=True))
    assert preparing == {"made", "made 2"}


def test_second_preparation_past_its_clock_stops_though_the_first_is_fresh(clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    made_up(session, some_vials(clinician, now, units="100", number="A1"), now, ml="2")
    with pytest.raises(Stopped) as refused:
        made_up(session, some_vials(clinician, now, units="100", number="B2"), now, ml="1", hours_ago=25)
    assert [(found.rule, found.subject) for found in refused.value.findings] == [("R06", "made 2")]
    assert session.preparations.count() == 1


def test_too_little_in_one_preparation_stops_unless_another_follows(clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    vials = some_vials(clinician, now, units="100", number="A1")
    with pytest.raises(Stopped) as refused:
        made_up(session, vials, now, ml="2", is_part=False)
    assert [found.wording.code for found in refused.value.findings] == ["R10.overdrawn"]
    made_up(session, vials, now, ml="2", is_part=True)
    session.refresh_from_db()
    with pytest.raises(VialOverdrawn):  # nothing followed: the signature asks for all of it
        signed(session, clinician, now)


def test_site_without_its_preparation_stops_the_signature(clinician: User, now: datetime) -> None:
    session = two_dilutions(clinician, now)
    session.sites.filter(position=0).update(preparation=None)
    with pytest.raises(SessionIncomplete) as refused:
        signed(session, clinician, now)
    assert list(refused.value.fields) == ["preparation_of_a_site"]
    assert not Draw.objects.exists()


def test_taken_off_a_draft_its_sites_are_from_what_is_left(clinician: User, now: datetime) -> None:
    session = two_dilutions(clinician, now)
    second = made_of(session)[1]
    take_off(session=session, made=second.row, by=clinician, now=now)
    assert [one.row.pk for one in made_of(session)] == [made_of(session)[0].row.pk]
    assert set(session.findings.filter(gate="preparing", rule="R06").values_list("subject", flat=True)) == {"made"}
    assert set(session.sites.values_list("volume_ml", flat=True)) == {Decimal("0.1000")}
    assert Vial.objects.get(pk=second.vials[0].pk).opened_at is not None


def test_database_refuses_a_site_from_a_preparation_of_another_session(clinician: User, now: datetime) -> None:
    mine = two_dilutions(clinician, now)
    other = checked(an_active_plan(clinician, now, given_name="Hetal"), clinician, now)
    with pytest.raises(IntegrityError, match="site_is_from_its_sessions_preparation"), transaction.atomic():
        other.sites.update(preparation=made_of(mine)[0].row)


def test_two_vials_in_one_syringe_are_one_preparation(clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    made_up(session, some_vials(clinician, now, units="100", count=2, number="A1"), now, ml="4", is_part=False)
    session.refresh_from_db()
    session = signed(session, clinician, now)
    # 155 of 200 units, half from each vial
    assert list(Draw.objects.values_list("units", flat=True)) == [Decimal("77.5"), Decimal("77.5")]
    assert session.volume_ml == Decimal("3.1")
