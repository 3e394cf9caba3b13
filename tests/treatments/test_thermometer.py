"""The fridge's log: readings kept, excursions found, and counted for a lot only by a person."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinic.lib.db import violated
from clinic.staff.models import User
from tests.treatments.people import a_location, a_user
from tests.treatments.sessions import some_vials
from treatments.errors import ReasonMissing
from treatments.formulary_db import current_formulary
from treatments.models import ExcursionAnswer, FridgeReading, Lot, ProductVersion
from treatments.session_facts import lot_as_value
from treatments.session_refusals import ExcursionAnswered
from treatments.stocking import close_vials, receive_lot
from treatments.thermometer import answer_excursions, write_reading
from treatments.vials import lot_findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return a_user()


def read(by: User, now: datetime, low: str, high: str, **changes: Any) -> FridgeReading:
    values: dict[str, Any] = {"location": a_location(), "now_c": Decimal(low), "read_at": now, "note": ""}
    return write_reading(min_c=Decimal(low), max_c=Decimal(high), by=by, now=now, **(values | changes))


def xeomin(by: User, now: datetime) -> Lot:
    product = ProductVersion.objects.current().get(key="incobotulinumtoxinA")
    return receive_lot(
        location=a_location(),
        product=product,
        number="X1",
        expires_on=now.date() + timedelta(days=400),
        is_month_only=False,
        vial_units=Decimal(100),
        vials=1,
        by=by,
        now=now,
    )


def test_reading_inside_the_range_finds_nothing(manager: User, now: datetime) -> None:
    some_vials(manager, now)
    assert not read(manager, now, "2", "8").excursions.exists()


def test_excursion_names_only_the_lots_it_is_one_for(manager: User, now: datetime) -> None:
    botox = some_vials(manager, now)[0].lot
    xeomin(manager, now)
    reading = read(manager, now, "3", "12.5")
    assert list(reading.excursions.values_list("lot", flat=True)) == [botox.pk]


def test_lot_whose_vials_were_closed_before_was_not_there(manager: User, now: datetime) -> None:
    vials = some_vials(manager, now)
    close_vials(vials=vials, reason="Broken", by=manager, now=now - timedelta(hours=1))
    assert not read(manager, now, "3", "12.5").excursions.exists()


def test_excursion_counts_only_by_a_persons_press_with_a_note(manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    reading = read(manager, now, "3", "12.5")
    lot.refresh_from_db()
    assert not lot.had_excursion
    with pytest.raises(ReasonMissing):
        answer_excursions(reading=reading, affected=[lot], note=" ", by=manager, now=now)
    answer_excursions(reading=reading, affected=[lot], note="Power cut of nine hours", by=manager, now=now)
    lot.refresh_from_db()
    assert (lot.had_excursion, lot.excursion_low_c, lot.excursion_high_c) == (True, Decimal(3), Decimal("12.5"))
    with pytest.raises(ExcursionAnswered):
        answer_excursions(reading=reading, affected=[], note="Was nothing", by=manager, now=now)


def test_lot_not_ticked_is_answered_and_stays_as_it_is(manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    reading = read(manager, now, "3", "12.5")
    answer_excursions(reading=reading, affected=[], note="The probe lay in the door", by=manager, now=now)
    lot.refresh_from_db()
    assert not lot.had_excursion
    assert ExcursionAnswer.objects.get().is_affected is False


def test_second_excursion_widens_what_was_measured(manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    for low, high in (("3", "12.5"), ("-1", "9")):
        answer_excursions(reading=read(manager, now, low, high), affected=[lot], note="Warm", by=manager, now=now)
    lot.refresh_from_db()
    assert (lot.excursion_low_c, lot.excursion_high_c) == (Decimal(-1), Decimal("12.5"))


def test_excursion_of_unknown_temperatures_stays_unknown(manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    Lot.objects.filter(pk=lot.pk).update(had_excursion=True)
    answer_excursions(reading=read(manager, now, "3", "12"), affected=[lot], note="Warm", by=manager, now=now)
    lot.refresh_from_db()
    assert (lot.had_excursion, lot.excursion_low_c, lot.excursion_high_c) == (True, None, None)


@pytest.mark.parametrize(("key", "level"), [("onabotulinumtoxinA", "override"), ("incobotulinumtoxinA", "ok")])
def test_r07_reads_the_temperatures_of_the_log(key: str, level: str, manager: User, now: datetime) -> None:
    lots = {"onabotulinumtoxinA": some_vials(manager, now)[0].lot, "incobotulinumtoxinA": xeomin(manager, now)}
    lot = lots[key]
    Lot.objects.filter(pk=lot.pk).update(had_excursion=True, excursion_low_c=3, excursion_high_c=Decimal("24.5"))
    vial = lot.vials.select_related("lot").get()
    findings = lot_findings(lot_as_value(vial), current_formulary().products[key], now.date())
    assert findings[-1].level.value == level  # R07: override, except Xeomin unopened up to 25 C


@pytest.mark.parametrize(
    ("low", "high", "current", "constraint"),
    [
        ("5", "4", "4.5", "fridge_now_is_between_lowest_and_highest"),
        ("2", "8", "8.1", "fridge_now_is_between_lowest_and_highest"),
        ("2", "80", "5", "fridge_reading_is_a_temperature"),
    ],
)
def test_reading_that_cannot_be_is_refused_by_the_database(
    low: str, high: str, current: str, constraint: str, manager: User, now: datetime
) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        read(manager, now, low, high, now_c=Decimal(current))
    assert violated(refused.value) == constraint


def test_reading_of_the_future_is_refused_by_the_database(manager: User, now: datetime) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        read(manager, now, "2", "8", read_at=now + timedelta(minutes=1))
    assert violated(refused.value) == "fridge_reading_is_not_of_the_future"


def test_temperatures_of_an_excursion_come_in_pairs(manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    for facts in ({"had_excursion": False, "excursion_low_c": 1, "excursion_high_c": 2},
                  {"had_excursion": True, "excursion_high_c": 9}):  # fmt: skip
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Lot.objects.filter(pk=lot.pk).update(**facts)
        assert violated(refused.value) == "lot_excursion_has_both_temperatures_or_none"


def test_log_only_grows(manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    answer_excursions(reading=read(manager, now, "3", "12"), affected=[lot], note="Warm", by=manager, now=now)
    for table in ("fridgereading", "excursion", "excursionanswer"):
        for statement in ("UPDATE treatments_{} SET id = id", "DELETE FROM treatments_{}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(table))
