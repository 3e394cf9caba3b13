"""The recall list: grouped by what it waits for, in constant queries, without a clinical word for the desk."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clinic.staff.models import Role, User
from scheduling import recall
from scheduling.models import FollowUp
from tests.treatments.people import a_patient, a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
BACK_ON = date(2027, 5, 24)


@pytest.fixture
def doctor() -> User:
    return a_user(Role.CLINICIAN)


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)


def group_of(user: User, today: date) -> list[str]:
    return [found.key for found in recall.counts(user=user, today=today) if found.count]


def test_a_follow_up_moves_from_group_to_group_as_days_go_by(session: InjectionSession) -> None:
    desk = a_user(Role.FRONT_DESK)
    assert group_of(desk, BACK_ON - timedelta(days=15)) == ["later"]
    assert group_of(desk, BACK_ON - timedelta(days=14)) == ["due"]
    FollowUp.objects.update(state="reminded")
    assert group_of(desk, BACK_ON) == ["reminded"]
    assert group_of(desk, BACK_ON + timedelta(days=1)) == ["overdue"]
    FollowUp.objects.update(where="call_list", reason="no_answer")
    assert group_of(desk, BACK_ON) == ["call"]
    FollowUp.objects.update(state="booked", where="letters", reason="")
    assert group_of(desk, BACK_ON) == ["booked"]


def test_the_desk_reads_no_clinical_reason(session: InjectionSession) -> None:
    FollowUp.objects.update(where="clinician_list", reason="no_effect")
    desk = Client()
    desk.force_login(a_user(Role.FRONT_DESK))
    page = desk.get(reverse("scheduling:recall"), {"group": "clinician"}).content.decode()
    assert "waits for the clinician" in page
    assert "effect" not in page.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize("extra", [0, 2])
def test_the_list_asks_the_same_number_of_questions(
    doctor: User, session: InjectionSession, django_assert_num_queries: Any, extra: int
) -> None:
    for number in range(extra):
        patient = a_patient(given_name=f"Rekha {number}")
        row = FollowUp.objects.filter(session=session).earliest("pk")
        plan = row.plan
        plan.pk, plan.public_id, plan.patient = None, uuid4(), patient
        plan.save(force_insert=True)
        row.pk, row.public_id, row.plan, row.patient = None, uuid4(), plan, patient
        row.save(force_insert=True)
    browser = Client()
    browser.force_login(a_user(Role.FRONT_DESK))
    url = reverse("scheduling:recall")
    browser.get(url)
    with django_assert_num_queries(10):
        page = browser.get(url, {"group": "later"}).content.decode()
    assert page.count("Will not come") == extra + 1


def test_a_junk_group_shows_one_that_has_somebody(session: InjectionSession) -> None:
    browser = Client()
    browser.force_login(a_user(Role.FRONT_DESK))
    assert "Meenal" in browser.get(reverse("scheduling:recall"), {"group": "zz", "page": "-1"}).content.decode()
