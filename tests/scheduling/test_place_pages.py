"""The pages about locations with their rooms, types of visit, and what a clinician gives where."""

from typing import Any

import pytest
from django.test import Client

from clinic.locations.models import Location, Room
from clinic.staff.models import User
from scheduling.models import (
    AppointmentType,
    ProviderType,
)
from tests.patients.making import client_of
from tests.scheduling.displacing import a_visit
from tests.scheduling.made import Clinic
from tests.scheduling.test_supply_pages import looked, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(manager: User) -> Client:
    return client_of(manager)


def test_types_and_rooms_of_a_clinician_are_set(here: Clinic, browser: Client) -> None:
    where = f"/settings/clinicians/{here.doctor.public_id}/visits/"
    kind, room = here.consultation, here.rooms[1]
    sent = {
        "extent": "some", f"gives_{kind.public_id}": "on", f"rooms_{kind.public_id}": [str(room.public_id)],
        "seen": seen(browser, where),
    }  # fmt: skip
    assert browser.post(where, sent).status_code == 302
    row = ProviderType.objects.get()
    assert (row.type, list(row.rooms.all())) == (kind, [room])
    nothing = browser.post(where, {"extent": "some", "seen": seen(browser, where)})
    assert nothing.context["form"].errors["extent"] == ["Tick at least one type of visit."]


def place_of(browser: Client, where: str, **changes: Any) -> dict[str, Any]:
    form = browser.get(where).context["form"]
    sent = {
        name: form[name].value()
        for name in form.fields
        if form[name].value() is not None and form[name].value() is not False
    }
    return sent | {"seen": seen(browser, where)} | changes


def test_a_location_is_opened_changed_and_its_rooms_go_out_of_use(here: Clinic, browser: Client, manager: User) -> None:
    sent = place_of(browser, "/settings/places/new/", name="Rajkot", sender_name="Kadamb Clinic", room_new1="Room 1")
    assert browser.post("/settings/places/new/", sent).status_code == 302
    opened = Location.objects.get(name="Rajkot")
    assert opened in manager.locations.all()
    assert browser.post("/settings/places/new/", sent).context["form"].errors["name"] == [
        "Another place has this name."
    ]
    a_visit(here)
    where = f"/settings/places/{here.location.public_id}/"
    off = place_of(browser, where, phone="+91 98765 00012")
    off.pop(f"in_use_{here.rooms[0].public_id}")
    shown = browser.post(where, off)
    assert shown.context["hit_words"] == "1 booked visit cannot stay."
    assert browser.post(where, off | {"save": looked(shown)}).status_code == 302
    assert list(Room.objects.filter(location=here.location, is_active=True)) == [here.rooms[1]]
    assert Location.objects.get(pk=here.location.pk).phone == "+91 98765 00012"


def test_two_rooms_of_one_name_are_refused_beside_the_second(here: Clinic, browser: Client) -> None:
    where = f"/settings/places/{here.location.public_id}/"
    answer = browser.post(where, place_of(browser, where, room_new1="Room 7", room_new2="Room 7"))
    assert answer.context["form"].errors == {"room_new2": ["Another room has this name."]}
    assert not Room.objects.filter(name="Room 7").exists()


def test_rooms_pass_their_names_on_to_each_other(here: Clinic, browser: Client) -> None:
    where = f"/settings/places/{here.location.public_id}/"
    first, second = here.rooms
    swapped = {f"room_{first.public_id}": "Room 2", f"room_{second.public_id}": "Room 1"}
    assert browser.post(where, place_of(browser, where, **swapped)).status_code == 302
    assert [Room.objects.get(pk=room.pk).name for room in here.rooms] == ["Room 2", "Room 1"]
    passed_on = {f"room_{first.public_id}": "Room 3", "room_new1": "Room 2"}
    assert browser.post(where, place_of(browser, where, **passed_on)).status_code == 302
    assert sorted(here.location.rooms.values_list("name", flat=True)) == ["Room 1", "Room 2", "Room 3"]


def test_a_state_of_another_country_is_refused(here: Clinic, browser: Client) -> None:
    where = f"/settings/places/{here.location.public_id}/"
    answer = browser.post(where, place_of(browser, where, country="GB", holiday_state="GJ"))
    assert answer.context["form"].errors == {"holiday_state": ["Choose a state of this country."]}


def test_a_type_is_made_and_changed(here: Clinic, browser: Client) -> None:
    sent = place_of(browser, "/settings/visits/new/", name="Phone call", public_name="Call", minutes=10, kind="phone")
    assert browser.post("/settings/visits/new/", sent).status_code == 302
    made = AppointmentType.objects.get(name="Phone call")
    assert browser.post("/settings/visits/new/", sent).context["form"].errors["name"] == [
        "Another type of visit has this name."
    ]
    where = f"/settings/visits/{made.public_id}/"
    browser.post(where, place_of(browser, where, minutes=15, is_online="on"))
    made.refresh_from_db()
    assert (made.minutes, made.is_online) == (15, True)
    assert browser.post(where, place_of(browser, where, minutes=0)).context["form"].errors.keys() == {"minutes"}
