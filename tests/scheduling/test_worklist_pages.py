"""The list of visits that cannot stay where they are: moved or kept with a press each, and told on the board."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.lib import clock
from clinic.locations.models import Closure
from clinic.staff.models import Role
from scheduling import displaced
from scheduling.models import Absence, AppointmentType, KeptVisit
from tests.patients.making import client_of, member
from tests.scheduling.displacing import a_visit, said, workday
from tests.scheduling.made import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(here: Clinic) -> Client:
    return client_of(member(Role.MANAGER, at=here.location))


def test_one_press_moves_a_visit_off_the_list(here: Clinic, browser: Client) -> None:
    visit = a_visit(here)
    Absence.objects.create(
        clinician=here.doctor, first_on=workday(here), last_on=workday(here), reason="Ill", entered_by=here.desk,
        entered_at=clock.now(),
    )  # fmt: skip
    page = browser.get("/worklist/")
    free, later = page.context["offered"].same[:2]
    press = {
        "pressed": page.context["press"].value(), "type": visit.type.public_id, "version": visit.version,
        "slot": f"{free.starts_at.isoformat()}|{free.clinician.public_id}|{free.room.public_id}",
    }  # fmt: skip
    moved = browser.post(f"/worklist/{visit.public_id}/move/", press, follow=True)
    assert "Every visit stands where it can" in moved.content.decode()
    visit.refresh_from_db()
    assert reverse("scheduling:put_back", args=[visit.public_id, visit.version]) in moved.content.decode()
    assert visit.starts_at == free.starts_at
    other = press | {"pressed": str(uuid4()), "slot": f"{later.starts_at.isoformat()}|{later.clinician.public_id}|"}
    stale = browser.post(f"/worklist/{visit.public_id}/move/", other, follow=True)
    assert any("A colleague moved this visit" in words for words in said(stale))


@pytest.mark.parametrize("page", ["/worklist/%s/move/", "/visits/%s/move/"])
def test_a_visit_of_a_type_out_of_use_is_moved_all_the_same(here: Clinic, browser: Client, page: str) -> None:
    visit = a_visit(here)
    AppointmentType.objects.update(is_active=False)
    free = displaced.next_times(visit, now=clock.now()).same[0]
    press = {
        "pressed": str(uuid4()), "type": visit.type.public_id, "version": visit.version,
        "slot": f"{free.starts_at.isoformat()}|{free.clinician.public_id}|{free.room.public_id}",
    }  # fmt: skip
    assert browser.post(page % visit.public_id, press).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at == free.starts_at
    other = press | {"pressed": str(uuid4()), "type": here.consultation.public_id, "version": visit.version}
    browser.post(page % visit.public_id, other)
    visit.refresh_from_db()
    assert visit.version == other["version"]


def test_a_visit_is_kept_for_a_reason_and_listed_again(here: Clinic, browser: Client) -> None:
    visit = a_visit(here)
    Closure.objects.create(location=here.location, on=workday(here), name="Election")
    where = f"/worklist/{visit.public_id}/keep/"
    refused = browser.post(where, {"version": visit.version})
    assert refused.status_code == 422
    assert "Say why, so that the next person knows." in refused.content.decode()
    kept = browser.post(where, {"version": visit.version, "reason": "Comes in for her"}, follow=True)
    assert kept.context["total"] == 0
    undo = reverse("scheduling:undo_keep", args=[KeptVisit.objects.get().public_id])
    assert undo in kept.content.decode()
    assert browser.post(undo, follow=True).context["total"] == 1


def test_the_board_says_how_many_visits_cannot_stay(here: Clinic, browser: Client) -> None:
    assert browser.get("/worklist/notice/").content.decode().strip() == ""
    a_visit(here)
    Closure.objects.create(location=here.location, on=workday(here), name="Election")
    assert "1 visit cannot stay where it is." in browser.get("/worklist/notice/").content.decode()


def test_the_worklist_asks_the_same_for_one_visit_and_for_three(here: Clinic, browser: Client) -> None:
    asked, day = [], workday(here, 3)
    browser.get("/worklist/")  # writes the session
    for clocks in (("10:30",), ("11:30", "17:30")):
        for at in clocks:
            a_visit(here, at, day=day)
        closure = Closure.objects.create(location=here.location, on=day, name="Strike")
        with CaptureQueriesContext(connection) as queries:
            count = browser.get("/worklist/").context["total"]
        asked.append((count, len(queries)))
        closure.delete()
    assert [count for count, _queries in asked] == [1, 3]
    assert asked[0][1] == asked[1][1]
