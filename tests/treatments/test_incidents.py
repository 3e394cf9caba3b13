"""What was given despite a block reaches the manager, who says that it was seen."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from clinic.locations.models import Location
from clinic.staff.models import Role
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.incidents import unseen_by
from treatments.models import InjectionSession, Vial
from treatments.models.stock import LotState
from treatments.withdrawing import take_out_of_use

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_despite(now: datetime) -> InjectionSession:
    """A session signed with a lot that was recalled meanwhile."""
    doctor = a_user(Role.CLINICIAN, name="Dr Meera Solanki")
    session = ready_to_sign(doctor, now)
    take_out_of_use(
        lot=Vial.objects.get().lot, state=LotState.RECALLED, reason="Letter of the maker", by=doctor, now=now
    )
    return signed(session, doctor, now, statement="The recall reached us after the injection.")


def test_the_managers_board_names_what_was_given_despite_a_stop(given_despite: InjectionSession) -> None:
    manager = a_user(Role.MANAGER)
    browser = Client()
    browser.force_login(manager)
    assert "Given despite a stop" in browser.get("/").content.decode()
    browser.post(reverse("treatments:incidents_seen", args=[given_despite.public_id]))
    assert "Given despite a stop" not in browser.get("/").content.decode()
    incident = given_despite.incidents.get()
    assert incident.seen_by == manager
    page = browser.get(reverse("treatments:session", args=[given_despite.public_id])).content.decode()
    assert f"Seen by {manager.full_name}" in page


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK])
def test_only_a_manager_is_told_on_the_board(given_despite: InjectionSession, role: Role) -> None:
    browser = Client()
    browser.force_login(a_user(role))
    assert "Given despite a stop" not in browser.get("/").content.decode()
    assert not given_despite.incidents.get().seen_at


def test_a_manager_elsewhere_is_not_told(given_despite: InjectionSession) -> None:
    elsewhere = Location.objects.create(name="Elsewhere", sender_name="Elsewhere")
    assert not unseen_by(a_user(Role.MANAGER, location=elsewhere)).exists()
    assert unseen_by(a_user(Role.MANAGER)).get().session == given_despite
