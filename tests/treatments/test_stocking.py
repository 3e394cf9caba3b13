"""The fridge: lots as printed, vials, states, closing with every unit accounted for; the page over it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from clinic.lib.db import violated
from clinic.staff.models import Role, User
from tests.treatments.people import a_user
from tests.treatments.sessions import BOTOX, ready_catalogue, ready_to_sign, signed, some_vials
from treatments.models import Draw, Lot, ProductVersion, Vial
from treatments.session_refusals import LotDiffers, WastageUnexplained
from treatments.stocking import close_vials, vial_label

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


@pytest.mark.parametrize(("index", "label"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA")])
def test_vial_labels_go_on_after_z(index: int, label: str) -> None:
    assert vial_label(index) == label


def test_second_delivery_of_a_lot_adds_vials(manager: User, now: datetime) -> None:
    some_vials(manager, now, count=2)
    some_vials(manager, now, count=1)
    assert Lot.objects.count() == 1
    assert list(Vial.objects.order_by("pk").values_list("label", flat=True)) == ["A", "B", "C"]


def test_lot_with_another_expiry_is_refused(manager: User, now: datetime) -> None:
    some_vials(manager, now)
    with pytest.raises(LotDiffers):
        some_vials(manager, now, expires_on=date(2029, 1, 31))


def delivery(**changes: str) -> dict[str, str]:
    product = ProductVersion.objects.current().get(key=BOTOX)
    return {
        "product": str(product.public_id),
        "number": "C7731A3",
        "expires": "03/2027",
        "vial_units": "200",
        "vials": "2",
    } | changes


@pytest.mark.parametrize(
    ("typed", "last_day", "is_month_only", "shown"),
    [
        ("01/2027", date(2027, 1, 31), True, "01/2027"),
        ("2027-02", date(2027, 2, 28), True, "02/2027"),
        ("15/01/2027", date(2027, 1, 15), False, "15 Jan 2027"),
        ("2026-12-31", date(2026, 12, 31), False, "31 Dec 2026"),
    ],
)
def test_btx_061_expiry_is_kept_and_shown_as_printed(
    typed: str,
    last_day: date,
    is_month_only: bool,
    shown: str,
    client: Client,
) -> None:
    client.post(reverse("treatments:stock_receive"), delivery(expires=typed))
    lot = Lot.objects.get()
    assert (lot.expires_on, lot.expiry_is_month_only) == (last_day, is_month_only)
    assert shown in client.get(reverse("treatments:stock")).content.decode()


@pytest.mark.parametrize("typed", ["13/2027", "31/02/2027", "soon", ""])
def test_expiry_that_is_no_day_is_refused_and_what_was_typed_stays(typed: str, client: Client) -> None:
    answer = client.post(reverse("treatments:stock_receive"), delivery(expires=typed))
    assert answer.status_code == 422
    assert 'value="C7731A3"' in answer.content.decode()
    assert not Lot.objects.exists()


def test_btx_062_lot_numbers_are_text(client: Client) -> None:
    for number in ("0012345", "12345", " 0012345 ", "1E10"):
        client.post(reverse("treatments:stock_receive"), delivery(number=number, vials="1"))
    assert sorted(Lot.objects.values_list("number", flat=True)) == ["0012345", "12345", "1E10"]
    assert Vial.objects.filter(lot__number="0012345").count() == 2


def test_btx_062_capitals_make_no_second_lot_and_find_the_first(client: Client) -> None:
    for number in ("C7654C3", "c7654c3"):
        client.post(reverse("treatments:stock_receive"), delivery(number=number, vials="1"))
    assert list(Lot.objects.annotate(n=Count("vials")).values_list("number", "n")) == [("C7654C3", 2)]
    lot = Lot.objects.get()
    lot.pk, lot.public_id, lot.number = None, uuid4(), "c7654C3"
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        lot.save(force_insert=True)
    assert violated(refused.value) == "lot_number_once_a_product"
    page = client.get(reverse("treatments:stock"), {"lot": " c7654c3"})
    assert [item["lot"].number for item in page.context["lots"]] == ["C7654C3"]


def test_btx_062_leading_zeros_are_sought_as_typed(client: Client) -> None:
    for number in ("0012345", "12345"):
        client.post(reverse("treatments:stock_receive"), delivery(number=number, vials="1"))
    page = client.get(reverse("treatments:stock"), {"lot": "0012345"})
    assert [item["lot"].number for item in page.context["lots"]] == ["0012345"]


def test_closing_writes_the_rest_off_with_reason_and_witness(manager: User, now: datetime) -> None:
    clinician = a_user()
    signed(ready_to_sign(clinician, now), clinician, now)
    with pytest.raises(WastageUnexplained):
        close_vials(vials=list(Vial.objects.all()), reason=" ", by=manager, now=now)
    close_vials(vials=list(Vial.objects.all()), reason="End of the day", witness=clinician, by=manager, now=now)
    vial = Vial.objects.get()
    assert (vial.drawn_units, vial.closed_at) == (vial.units, now)
    line = Draw.objects.get(kind="wasted")
    assert (line.units, line.witness) == (Decimal(45), clinician)  # 200 less 155


def test_draw_witnessed_by_its_writer_is_refused_by_the_database(manager: User, now: datetime) -> None:
    vials = some_vials(manager, now)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        close_vials(vials=vials, reason="Dropped", witness=manager, by=manager, now=now)
    assert violated(refused.value) == "draw_is_not_witnessed_by_its_writer"


def test_vial_closed_with_units_unaccounted_is_refused_by_the_database(manager: User, now: datetime) -> None:
    vial = some_vials(manager, now)[0]
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_vial SET closed_at = now() WHERE id = %s", [vial.pk])
    assert violated(refused.value) == "vial_closed_is_accounted_for"


def test_front_desk_sees_no_stock(client: Client) -> None:
    client.force_login(a_user(Role.FRONT_DESK))
    assert client.get(reverse("treatments:stock")).status_code == 403
