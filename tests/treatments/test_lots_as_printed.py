"""Lots as the pack prints them: received, used to their last day, set right when misread, saved as a table and read."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clinic.lib import clock
from clinic.staff.models import Role, User
from tests.treatments.people import a_location, a_user
from tests.treatments.sessions import BOTOX, an_active_plan, checked, prepared, ready_catalogue, some_vials
from treatments.errors import EditedMeanwhile
from treatments.models import Lot, LotCorrection, ProductVersion, Vial
from treatments.session_refusals import Stopped
from treatments.stocking import close_vials
from treatments.withdrawing import correct_expiry

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER)


@pytest.fixture
def client(manager: User, now: datetime) -> Client:
    ready_catalogue(now)
    client = Client()
    client.force_login(manager)
    return client


def delivery(**changes: str) -> dict[str, str]:
    product = ProductVersion.objects.current().get(key=BOTOX)
    typed = {"product": str(product.public_id), "number": "C7731A3", "expires": "03/2028", "vial_units": "200"}
    return typed | {"vials": "2"} | changes


def receive(client: Client, **changes: str) -> str:
    """The page after a delivery was typed."""
    answer = client.post(reverse("treatments:stock_receive"), delivery(**changes), follow=True)
    return " ".join(answer.content.decode().split())


def ist(day: str, clock: str) -> datetime:
    """An instant by the clock of Ahmedabad."""
    return datetime.fromisoformat(f"{day}T{clock}:00+05:30")


@pytest.mark.parametrize(
    ("typed", "used_at", "is_usable"),
    [
        ("01/2027", ist("2027-01-31", "23:00"), True),
        ("01/2027", ist("2027-02-01", "00:10"), False),
        ("15/01/2027", ist("2027-01-15", "18:00"), True),
        ("15/01/2027", ist("2027-01-16", "08:00"), False),
        ("31/12/2026", ist("2027-01-15", "18:00"), False),
    ],
)
def test_btx_061_lot_is_used_to_the_end_of_its_printed_day(
    typed: str, used_at: datetime, is_usable: bool, client: Client
) -> None:
    doctor = a_user()
    session = checked(an_active_plan(doctor, used_at), doctor, used_at)
    receive(client, expires=typed)
    vials = list(Vial.objects.all())[:1]
    if is_usable:
        prepared(session, vials, doctor, used_at)
        assert Vial.objects.get(pk=vials[0].pk).opened_at == used_at
    else:
        with pytest.raises(Stopped) as stopped:
            prepared(session, vials, doctor, used_at)
        assert [finding.rule for finding in stopped.value.findings] == ["R07"]


def test_vial_of_a_size_the_product_does_not_come_in_is_refused(client: Client) -> None:
    page = receive(client, vial_units="77")
    assert "comes in vials of 50 units, 100 units, 200 units" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert 'value="77"' in page
    assert not Lot.objects.exists()


def test_expired_delivery_is_written_down_only_when_that_is_known(client: Client) -> None:
    assert "is_known_expired" not in receive(client, number="A1")
    page = receive(client, number="B2", expires="01/2020")
    assert "This lot has expired" in page
    assert "is_known_expired" in page
    assert not Lot.objects.filter(number="B2").exists()
    receive(client, number="B2", expires="01/2020", is_known_expired="on")
    assert Lot.objects.get(number="B2").expires_on == date(2020, 1, 31)


def test_delivery_to_one_of_two_locations_is_asked_where(client: Client, manager: User) -> None:
    second = a_location("Satellite")
    manager.locations.add(second)
    assert "This field is required" in receive(client)
    receive(client, location=str(second.public_id))
    assert Lot.objects.get().location == second


def test_delivery_to_a_location_of_others_is_refused(client: Client, manager: User) -> None:
    manager.locations.add(a_location("Satellite"))
    receive(client, location=str(a_location("Maninagar").public_id))
    assert not Lot.objects.exists()


def test_misread_expiry_is_set_right_and_both_stay_on_the_page(client: Client, manager: User) -> None:
    lot = some_vials(manager, clock.now(), expires_on=date(2028, 11, 30))[0].lot
    where = reverse("treatments:stock_lot_correct", args=[lot.public_id])
    typed = {"expires": "11/2026", "seen": "2028-11-30", "why": ""}
    refused = client.post(where, typed)
    assert refused.status_code == 422
    assert 'value="11/2026"' in refused.content.decode()
    client.post(where, typed | {"why": "Six read as eight"})
    lot.refresh_from_db()
    assert (lot.expires_on, lot.expiry_is_month_only) == (date(2026, 11, 30), True)
    page = " ".join(client.get(reverse("treatments:stock_lot", args=[lot.public_id])).content.decode().split())
    assert "30 Nov 2028 → <b>11/2026</b>: Six read as eight" in page


def test_two_who_correct_one_lot_do_not_overwrite_each_other(client: Client, manager: User, now: datetime) -> None:
    lot = some_vials(manager, now, expires_on=date(2028, 11, 30))[0].lot
    seen: dict[str, Any] = {"lot": lot, "seen": lot.expires_on, "by": manager, "now": now}
    correct_expiry(expires_on=date(2027, 11, 30), is_month_only=False, reason="Seven", **seen)
    with pytest.raises(EditedMeanwhile):
        correct_expiry(expires_on=date(2026, 11, 30), is_month_only=False, reason="Six", **seen)
    typed = {"expires": "30/11/2026", "seen": "2028-11-30", "why": "Six"}
    answer = client.post(reverse("treatments:stock_lot_correct", args=[lot.public_id]), typed)
    assert answer.status_code == 409
    assert 'value="30/11/2026"' in answer.content.decode()
    assert Lot.objects.get().expires_on == date(2027, 11, 30)


def test_correction_stands(manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    correct_expiry(
        lot=lot, expires_on=date(2027, 1, 31), is_month_only=True, seen=lot.expires_on, reason="x", by=manager, now=now
    )
    for deed in ("UPDATE treatments_lotcorrection SET reason = 'y'", "DELETE FROM treatments_lotcorrection"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(deed)
    assert LotCorrection.objects.get().reason == "x"


def test_stock_shows_what_is_in_the_fridge_and_on_request_what_was(
    client: Client, manager: User, now: datetime
) -> None:
    used_up = some_vials(manager, now, number="GONE")
    some_vials(manager, now, number="HERE")
    close_vials(vials=used_up, reason="Dropped", by=manager, now=now)
    where = reverse("treatments:stock")
    assert [item["lot"].number for item in client.get(where).context["lots"]] == ["HERE"]
    assert [item["lot"].number for item in client.get(where, {"all": "1"}).context["lots"]] == ["GONE", "HERE"]
    assert [item["lot"].number for item in client.get(where, {"lot": "gone"}).context["lots"]] == ["GONE"]


NUMBERS = ["0012345", "12345", "C7654C3", "1E10", "=1+1"]


def test_btx_062_lots_come_back_from_the_table_as_they_were(client: Client, manager: User, tmp_path: Path) -> None:
    for number in NUMBERS:
        receive(client, number=number, expires="31/03/2028" if number == "12345" else "03/2028")
    table = client.get(reverse("treatments:stock_csv"))
    assert table["Content-Disposition"] == 'attachment; filename="stock.csv"'
    file = tmp_path / "stock.csv"
    file.write_bytes(table.content)
    second = a_location("Satellite")
    call_command("receive_lots", str(file), "--location", second.name, "--by", manager.email, stdout=StringIO())
    kept = ("number", "expires_on", "expiry_is_month_only")
    first, again = (
        set(Lot.objects.filter(location__name=name).values_list(*kept)) for name in ("Navrangpura", "Satellite")
    )
    assert again == first
    assert {number for number, _, _ in again} == set(NUMBERS)
    assert Vial.objects.filter(lot__location=second).count() == 2 * len(NUMBERS)


def test_delivery_from_a_table_is_all_or_nothing(manager: User, now: datetime, tmp_path: Path) -> None:
    ready_catalogue(now)
    a_location()
    file = tmp_path / "delivery.csv"
    file.write_text(f"product,lot,expires,units_a_vial,vials\n{BOTOX},A1,03/2028,200,2\n{BOTOX},B2,03/2028,77,2\n")
    said = StringIO()
    with pytest.raises(CommandError, match="nothing was received"):
        call_command("receive_lots", str(file), "--by", manager.email, stderr=said)
    assert "record 2 (line 3): vial_units: " in said.getvalue()
    assert not Lot.objects.exists()


@pytest.mark.parametrize("lots", [1, 3])
def test_table_of_lots_takes_the_same_queries_for_one_and_three(
    lots: int, client: Client, manager: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(lots):
        some_vials(manager, clock.now(), number=f"L{number}", expires_on=clock.now().date() + timedelta(days=400))
    with django_assert_max_num_queries(9):
        client.get(reverse("treatments:stock_csv"))
