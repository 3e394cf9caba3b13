"""The sheet to fill in by hand: empty for a location, with the patient and the planned sites for a plan."""

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.audit.models import Entry
from clinic.staff.models import User
from tests.treatments.people import a_location
from tests.treatments.sessions import an_active_plan, ready_catalogue
from treatments.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def plan(clinician: User, now: datetime) -> Plan:
    return an_active_plan(clinician, now)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_blank_sheet_of_a_plan_names_the_patient_and_what_is_planned(client: Client, plan: Plan) -> None:
    page = client.get(reverse("treatments:plan_blank_sheet", args=[plan.public_id])).content.decode()
    said = words(page)
    assert said.count(str(plan.patient.record_number)) >= 2  # on both sides of the paper, and in the title
    assert "Temporalis L Left 4 × 5 units" in said  # noqa: RUF001  # a multiplication sign
    assert "Total 155 units" in said
    assert page.count('class="ghost"') == 31
    assert Entry.objects.filter(verb="plan.blank_sheet_printed", thing_public_id=plan.public_id).count() == 1


def test_blank_sheet_of_a_location_is_empty(client: Client, now: datetime) -> None:
    ready_catalogue(now)
    page = client.get(reverse("treatments:blank_sheet", args=[a_location().public_id])).content.decode()
    assert page.count('class="ghost"') == 0
    assert "Planned" in page
    assert not re.search(r"\d units", words(page))
    assert not re.search(r"<dd>[^<]", page)


def test_nothing_of_the_day_is_answered_beforehand(client: Client, plan: Plan) -> None:
    page = client.get(reverse("treatments:plan_blank_sheet", args=[plan.public_id])).content.decode()
    assert "<input" not in page
    for question in (
        "Pregnant, or could be?",
        "Trouble swallowing?",
        "Consents to the treatment today?",
        "Pain during",
    ):
        assert question in page
    boxes = re.findall(r'<i class="tick">(.*?)</i>', page)
    assert len(boxes) > 40
    assert set(boxes) == {""}


def test_paper_that_is_not_known_is_a4(client: Client, plan: Plan) -> None:
    address = reverse("treatments:plan_blank_sheet", args=[plan.public_id])
    for asked, used in (("letter", "paper-letter"), ("a4", "paper-a4"), ("<b>", "paper-a4")):
        assert f'class="sheet {used}"' in client.get(address, {"paper": asked}).content.decode()


def test_sheet_is_reached_from_the_plan_and_from_ones_day(client: Client, plan: Plan) -> None:
    of_plan = reverse("treatments:plan_blank_sheet", args=[plan.public_id])
    assert of_plan in client.get(reverse("treatments:plan", args=[plan.public_id])).content.decode()
    blank = reverse("treatments:blank_sheet", args=[plan.location.public_id])
    assert blank in client.get(reverse("treatments:my_day")).content.decode()
