"""The pages of the stock: what they show, to whom, how many queries they take, what a refused form keeps."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.lib import clock
from clinic.staff.models import Role, User
from tests.treatments.people import a_location, a_user
from tests.treatments.sessions import ready_catalogue, some_vials
from tests.treatments.test_withdrawing import treated
from treatments.models import Draw, FridgeReading, Lot, RecallContact, Vial
from treatments.models.stock import LotState
from treatments.stocking import close_vials
from treatments.thermometer import write_reading
from treatments.views import stock_lot, stock_recall
from treatments.withdrawing import take_out_of_use

pytestmark = pytest.mark.django_db

QUERIES, RECALL_QUERIES, FRIDGE_QUERIES = 18, 14, 16


@pytest.fixture
def now() -> datetime:
    """These pages read the clock."""
    return clock.now()


@pytest.fixture
def doctor() -> User:
    return a_user(name="Dr Meera Solanki")


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER, name="Rupal Desai")


@pytest.fixture
def client(manager: User, now: datetime) -> Client:
    ready_catalogue(now)
    return signed_in(manager)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, name: str, *named: object) -> str:
    answer = client.get(reverse(f"treatments:{name}", args=named))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def warm(by: User, now: datetime) -> FridgeReading:
    return write_reading(
        location=a_location(),
        min_c=Decimal(3),
        max_c=Decimal("12.5"),
        now_c=Decimal(5),
        read_at=now,
        note="",
        by=by,
        now=now,
    )


@pytest.mark.parametrize("lots", [1, 3])
def test_stock_page_takes_the_same_queries_for_one_lot_and_three(
    lots: int, client: Client, manager: User, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(lots):
        lot = some_vials(manager, now, number=f"L{number}", expires_on=now.date() + timedelta(days=20))[0].lot
        take_out_of_use(lot=lot, state=LotState.RECALLED, reason="Letter", by=manager, now=now)
    Vial.objects.update(opened_at=now)
    client.get(reverse("treatments:stock"))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("treatments:stock"))


@pytest.mark.parametrize("patients", [1, 3])
def test_recall_list_takes_the_same_queries_for_one_patient_and_three(
    patients: int, client: Client, doctor: User, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(patients):
        treated(doctor, now, given_name=f"Patient {number}")
    lot = take_out_of_use(lot=Lot.objects.get(), state=LotState.RECALLED, reason="Letter", by=doctor, now=now)
    where = reverse("treatments:stock_recall", args=[lot.public_id])
    client.get(where)
    with django_assert_num_queries(RECALL_QUERIES):
        client.get(where)


@pytest.mark.parametrize("lots", [1, 3])
def test_fridge_takes_the_same_queries_for_one_lot_and_three(
    lots: int, client: Client, manager: User, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(lots):
        some_vials(manager, now, number=f"L{number}")
    warm(manager, now)
    where = reverse("treatments:fridge", args=[a_location().public_id])
    client.get(where)
    with django_assert_num_queries(FRIDGE_QUERIES):
        client.get(where)


def test_lot_close_to_its_last_day_is_amber_and_low_stock_is_listed(
    client: Client, manager: User, now: datetime
) -> None:
    some_vials(manager, now, expires_on=now.date() + timedelta(days=20))
    page = client.get(reverse("treatments:stock"))
    assert [(item["lot"].number, item["shelf"]) for item in page.context["expiring"]] == [("C7731A3", "soon")]
    assert page.context["low"] == [("Botox (onabotulinumtoxinA)", 1)]
    assert '<span class="badge badge-due">Soon</span>' in page.content.decode()


def test_lot_row_counts_sealed_open_and_closed(client: Client, doctor: User, manager: User, now: datetime) -> None:
    treated(doctor, now)
    some_vials(doctor, now, count=2)
    lot = client.get(reverse("treatments:stock")).context["lots"][0]
    assert (lot["lot"].sealed, lot["lot"].opened, lot["lot"].closed, lot["left"]) == (2, 1, 0, "45")
    client.post(
        reverse("treatments:stock_close"),
        {
            "vials": [str(Vial.objects.earliest("pk").public_id)],
            "reason": "End of the day",
            "witness": str(doctor.public_id),
        },
    )
    lot = client.get(reverse("treatments:stock")).context["lots"][0]
    assert (lot["lot"].sealed, lot["lot"].opened, lot["lot"].closed, lot["left"]) == (2, 0, 1, "")


def test_refused_closing_keeps_what_was_ticked_and_who_saw_it(client: Client, doctor: User, now: datetime) -> None:
    vial = some_vials(doctor, now)[0]
    answer = client.post(
        reverse("treatments:stock_close"), {"vials": [str(vial.public_id)], "witness": str(doctor.public_id)}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{vial.public_id}" checked' in page
    assert f'value="{doctor.public_id}" selected' in page
    assert not Draw.objects.exists()


def test_witness_is_another_person_of_the_house(client: Client, manager: User, now: datetime) -> None:
    vial = some_vials(manager, now)[0]
    sent = {"vials": [str(vial.public_id)], "reason": "Dropped", "witness": str(manager.public_id)}
    assert client.post(reverse("treatments:stock_close"), sent).status_code == 422
    assert not Draw.objects.exists()


def test_ledger_leads_a_clinician_to_the_session_and_nobody_else(client: Client, doctor: User, now: datetime) -> None:
    session = treated(doctor, now)
    vial = Vial.objects.get()
    link = reverse("treatments:session", args=[session.public_id])
    page = text_of(signed_in(doctor), "stock_vial", vial.public_id)
    assert link in page
    assert "45 of 200 units left" in page
    assert "Dr Meera Solanki" in page
    assert link not in text_of(client, "stock_vial", vial.public_id)


def test_recall_leads_to_its_list_and_lifting_needs_a_reason(client: Client, doctor: User, now: datetime) -> None:
    patient = treated(doctor, now, phone="+919876500017").patient
    lot = Lot.objects.get()
    state = reverse("treatments:stock_lot_state", args=[lot.public_id])
    answer = client.post(state, {"state": "recalled", "seen": "in_use", "reason": "Letter of the maker"})
    listed = reverse("treatments:stock_recall", args=[lot.public_id])
    assert answer["Location"] == listed
    assert "1 patient is still to be reached" in text_of(client, "stock_recall", lot.public_id)
    contact = reverse("treatments:stock_recall_contact", args=[lot.public_id, patient.public_id])
    assert client.post(contact, {"outcome": "", "note": "Rang twice"}).status_code == 422
    assert 'value="Rang twice"' in client.post(contact, {"outcome": "", "note": "Rang twice"}).content.decode()
    assert client.post(contact, {"outcome": "reached", "note": "Well, told what to watch for"})["Location"] == listed
    page = text_of(client, "stock_recall", lot.public_id)
    assert "everybody was reached" in page
    assert "Well, told what to watch for" in page
    assert client.post(state, {"state": "in_use", "seen": "recalled", "reason": ""}).status_code == 422
    client.post(state, {"state": "in_use", "seen": "recalled", "reason": "Withdrawn by the maker"})
    lot.refresh_from_db()
    assert lot.state == LotState.IN_USE


def test_who_looked_at_another_state_sees_both_and_loses_nothing(client: Client, doctor: User, now: datetime) -> None:
    lot = some_vials(doctor, now)[0].lot
    take_out_of_use(lot=lot, state=LotState.RECALLED, reason="Letter of the maker", by=doctor, now=now)
    answer = client.post(
        reverse("treatments:stock_lot_state", args=[lot.public_id]),
        {"state": "quarantined", "seen": "in_use", "reason": "Warm on arrival"},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Letter of the maker" in page
    assert 'value="Warm on arrival"' in page


def test_recall_list_prints_with_room_to_write_and_is_written_down(client: Client, doctor: User, now: datetime) -> None:
    treated(doctor, now, phone="+919876500017")
    lot = take_out_of_use(lot=Lot.objects.get(), state=LotState.RECALLED, reason="Letter", by=doctor, now=now)
    page = text_of(client, "stock_recall_print", lot.public_id)
    assert "98765 00017" in page
    assert '<span class="blank">' in page
    assert Entry.objects.filter(verb="recall.opened", thing_public_id=lot.public_id).count() == 1


def test_long_recall_list_has_pages_on_a_screen_and_none_on_paper(
    client: Client, doctor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_recall, "A_PAGE", 1)
    last, first = (treated(doctor, now, given_name=name).patient for name in ("Hetal", "Ila"))
    lot = take_out_of_use(lot=Lot.objects.get(), state=LotState.RECALLED, reason="Letter", by=doctor, now=now)
    where = reverse("treatments:stock_recall", args=[lot.public_id])
    assert [row["patient"] for row in client.get(where).context["told"]] == [first]
    assert [row["patient"] for row in client.get(where, {"page": "junk"}).context["told"]] == [first]
    assert [row["patient"] for row in client.get(where, {"page": "2"}).context["told"]] == [last]
    contact = reverse("treatments:stock_recall_contact", args=[lot.public_id, last.public_id])
    assert [row["patient"] for row in client.post(contact, {"note": "Rang"}).context["told"]] == [last]
    printed = client.get(reverse("treatments:stock_recall_print", args=[lot.public_id]))
    assert [row["patient"] for row in printed.context["told"]] == [first, last]


def test_contact_without_a_recall_is_refused_and_a_stranger_is_unknown(
    client: Client, doctor: User, now: datetime
) -> None:
    patient = treated(doctor, now).patient
    other = treated(doctor, now, given_name="Hetal").patient
    lot = some_vials(doctor, now, number="UNUSED")[0].lot
    used = Lot.objects.get(number="C7731A3")
    where = reverse("treatments:stock_recall_contact", args=[used.public_id, patient.public_id])
    assert client.post(where, {"outcome": "reached"}).status_code == 302
    assert not RecallContact.objects.exists()
    where = reverse("treatments:stock_recall_contact", args=[lot.public_id, other.public_id])
    assert client.post(where, {"outcome": "reached"}).status_code == 404


def test_reading_outside_the_range_waits_for_a_word(client: Client, manager: User, now: datetime) -> None:
    lot = some_vials(manager, now)[0].lot
    place = a_location().public_id
    client.post(reverse("treatments:fridge_reading", args=[place]), {"min_c": "3", "max_c": "12.5", "now_c": "5"})
    reading = FridgeReading.objects.get()
    assert "Nobody has said yet what it means" in text_of(client, "stock_lot", lot.public_id)
    page = text_of(client, "fridge", place)
    assert "3.0 \N{EN DASH} 12.5 °C" in page
    assert "Write down what it means" in page
    answer = reverse("treatments:fridge_answer", args=[reading.public_id])
    refused = client.post(answer, {"lots": [str(lot.public_id)], "note": ""})
    assert refused.status_code == 422
    assert f'value="{lot.public_id}" checked' in refused.content.decode()
    client.post(answer, {"lots": [str(lot.public_id)], "note": "Power cut of nine hours"})
    lot.refresh_from_db()
    assert lot.had_excursion
    assert "Power cut of nine hours" in text_of(client, "stock_lot", lot.public_id)
    page = text_of(client, "fridge", place)
    assert "Power cut of nine hours" in page
    assert "Write down what it means" not in page


@pytest.mark.parametrize(
    "typed",
    [
        {"min_c": "3", "max_c": "8", "now_c": "9"},
        {"min_c": "3", "max_c": "80", "now_c": "5"},
        {"min_c": "", "max_c": "8", "now_c": "5"},
        {"min_c": "NaN", "max_c": "8", "now_c": "5"},
        {"min_c": "3", "max_c": "8", "now_c": "5", "read_at": "2199-01-01T10:00"},
    ],
)
def test_reading_that_cannot_be_is_refused_and_stays_on_the_page(typed: dict[str, str], client: Client) -> None:
    answer = client.post(reverse("treatments:fridge_reading", args=[a_location().public_id]), typed | {"note": "Late"})
    assert answer.status_code == 422
    assert 'value="Late"' in answer.content.decode()
    assert not FridgeReading.objects.exists()


def test_closed_vials_of_a_lot_have_pages(
    client: Client, doctor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_lot, "A_PAGE", 2)
    vials = some_vials(doctor, now, count=4)
    close_vials(vials=vials[:3], reason="Dropped", by=doctor, now=now)
    where = reverse("treatments:stock_lot", args=[vials[0].lot.public_id])
    assert [row["vial"].label for row in client.get(where).context["closed"]] == ["A", "B"]
    assert [row["vial"].label for row in client.get(where, {"page": "2"}).context["closed"]] == ["C"]
    assert [row["vial"].label for row in client.get(where, {"page": "2"}).context["vials"]] == ["D"]
