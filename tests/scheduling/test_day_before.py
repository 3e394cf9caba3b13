"""The day before: what is missing of tomorrow's visits, and vials against the fridge. Today is Monday 1 March 2027."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role
from patients.consents import record_consent
from patients.intake import review
from patients.models import ConsentText, Intake, Patient
from patients.models.consents import ConsentKind
from scheduling import day_before
from scheduling.board import day_board
from scheduling.models import Appointment
from tests.clinic.clinical_words import clinical_words_in
from tests.clinic.random_parts import without_random_parts
from tests.patients.making import client_of, member
from tests.scheduling.made import NOW, TUESDAY, Clinic, someone
from tests.treatments.people import an_intake
from tests.treatments.sessions import BOTOX, an_active_plan, another_plan
from treatments.models import Plan, ProductVersion
from treatments.stocking import receive_lot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
PAGE = reverse("scheduling:day_before")
DOSE = Decimal(155)  # the protocol's 31 sites of five units


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def planned(here: Clinic, name: str = "Meenal") -> Plan:
    return an_active_plan(here.doctor, NOW, given_name=name, location=here.location, is_agreed=False)


def treats(here: Clinic, patient: Patient, clock: str, **facts: Any) -> Appointment:
    return here.visit(clock, patient=patient, type=here.injection, **facts)


def listed(here: Clinic, *, role: Role = Role.FRONT_DESK, day: date = TUESDAY) -> day_before.DayBefore:
    user = {Role.FRONT_DESK: here.desk, Role.CLINICIAN: here.doctor}[role]
    return day_before.day_before(user=user, locations=[here.location], day=day, zone=here.location.zone)


def lacks(here: Clinic, *, role: Role = Role.FRONT_DESK) -> list[tuple[str, ...]]:
    return [row.lacks for row in listed(here, role=role).rows]


def say(plan: Plan, here: Clinic, kind: ConsentKind, *, is_given: bool = True, about: Any = None) -> None:
    ConsentText.objects.get_or_create(kind=kind, version=1, language="en", defaults={"text": "Words"})
    record_consent(patient=plan.patient, kind=kind, is_given=is_given, by=here.doctor, now=NOW, about=about or plan)


def in_the_fridge(here: Clinic, *, vials: int, units: int = 100, good_for: int = 400, number: str = "C1") -> None:
    receive_lot(
        location=here.location, product=ProductVersion.objects.current().get(key=BOTOX), number=number,
        expires_on=NOW.date() + timedelta(days=good_for), is_month_only=False, vial_units=Decimal(units), vials=vials,
        by=here.doctor, now=NOW,
    )  # fmt: skip


def test_an_intake_lacks_until_it_is_sent(here: Clinic) -> None:
    visit = here.visit("10:30")  # and with it the invitation
    assert lacks(here) == [("intake",)]
    an_intake(visit.patient)
    assert lacks(here) == [()]


def test_a_form_with_answers_to_assess_lacks_its_reader(here: Clinic) -> None:
    visit = here.visit("10:30")
    form = an_intake(visit.patient)
    Intake.objects.filter(pk=form.pk).update(to_assess=1)
    assert lacks(here) == [("unread",)]
    Intake.objects.filter(pk=form.pk).update(is_grave=True)
    assert lacks(here) == [("read_first",)]
    board = day_board(user=here.doctor, locations=[here.location], day=TUESDAY, now=NOW, zone=here.location.zone)
    assert [one.form_is_unread for lane in board.lanes for one in lane.open] == [True]
    review(intake=form, by=here.doctor, now=NOW)
    assert lacks(here) == [()]


def test_a_type_without_an_intake_lacks_none(here: Clinic) -> None:
    treats(here, someone(), "10:30")
    assert lacks(here) == [()]


def test_consents_lack_until_both_that_are_needed_are_given(here: Clinic) -> None:
    """Chronic migraine with this product is on the label, so the treatment's own consent is enough."""
    plan = planned(here)
    treats(here, plan.patient, "10:30")
    assert lacks(here) == [("consent",)]
    say(plan, here, ConsentKind.TREATMENT)
    assert lacks(here) == [()]
    say(plan, here, ConsentKind.TREATMENT, is_given=False)
    assert lacks(here) == [("consent",)]


def test_a_consent_said_in_the_consultation_counts_and_off_label_needs_its_own(here: Clinic) -> None:
    plan = planned(here)
    treats(here, plan.patient, "10:30")
    say(plan, here, ConsentKind.TREATMENT, about=plan.consultation)
    assert lacks(here) == [()]
    other = Plan.objects.get(pk=plan.pk)
    other.pk, other.public_id = None, uuid4()
    other.product = ProductVersion.objects.current().get(key="incobotulinumtoxinA")
    other.save(force_insert=True)
    assert lacks(here) == [("consent",)]
    say(other, here, ConsentKind.OFF_LABEL)
    assert lacks(here) == [()]


def test_no_plan_in_use_is_the_clinicians_business(here: Clinic) -> None:
    treats(here, someone(), "10:30")
    assert (lacks(here), lacks(here, role=Role.CLINICIAN)) == ([()], [("plan",)])


def test_vials_are_counted_patient_by_patient_against_what_is_sealed(here: Clinic) -> None:
    """Two patients of 155 units: two vials of 100 each, though 310 units would fit into four less."""
    in_the_fridge(here, vials=3)
    for number, name in enumerate(("Meenal", "Rekha")):
        treats(here, planned(here, name).patient, f"1{number}:30")
    (need,) = listed(here, role=Role.CLINICIAN).needs
    found = need.allotted
    assert (found.patients, found.units, found.missing) == (2, 2 * DOSE, DOSE - 100)
    assert (found.to_open, found.in_stock) == (((Decimal(100), 3),), ((Decimal(100), 3),))
    in_the_fridge(here, vials=1, number="C2")
    (need,) = listed(here, role=Role.CLINICIAN).needs
    assert need.allotted.missing == 0


def test_what_expires_before_the_day_is_not_in_the_count(here: Clinic) -> None:
    in_the_fridge(here, vials=2, good_for=0)
    treats(here, planned(here).patient, "10:30")
    (need,) = listed(here, role=Role.CLINICIAN).needs
    assert (need.allotted.in_stock, need.allotted.missing) == ((), DOSE)


def test_two_plans_of_one_patient_are_two_doses(here: Clinic) -> None:
    plan = planned(here)
    another_plan(plan)
    treats(here, plan.patient, "10:30")
    (need,) = listed(here, role=Role.CLINICIAN).needs
    assert (need.allotted.patients, need.allotted.units) == (2, 2 * DOSE)


def test_the_desk_reads_neither_product_nor_dose(here: Clinic, desk: Client) -> None:
    in_the_fridge(here, vials=1)
    treats(here, planned(here).patient, "10:30")
    page = without_random_parts(desk.get(PAGE).text.split("<main", 1)[1])
    assert clinical_words_in(page.replace("Injection", "").replace("kind-injection", "")) == []
    assert re.findall(r"\b155\b|\bunits\b|Short by", page) == []
    clinical = client_of(here.doctor).get(PAGE).content.decode()
    assert ("155" in clinical, "Short by" in clinical, "55 units" in clinical) == (True, True, True)


def test_the_page_opens_at_the_next_day_on_which_somebody_comes(here: Clinic, desk: Client) -> None:
    assert "Before Tuesday 2 Mar" in desk.get(PAGE).content.decode()
    assert "Nobody is booked" in desk.get(PAGE).content.decode()
    here.visit("10:30", day=date(2027, 3, 4))
    here.visit("10:30", day=date(2027, 3, 5))
    page = desk.get(PAGE).content.decode()
    assert ("Before Thursday 4 Mar" in page, "1 visit" in page, "1 lacks something" in page) == (True, True, True)
    assert "Before Friday 5 Mar" in desk.get(PAGE, {"day": "2027-03-05"}).content.decode()
    assert "Before Thursday 4 Mar" in desk.get(PAGE, {"day": "soon"}).content.decode()
    assert Entry.objects.filter(verb="day_before.opened", by=here.desk).count() == 5


def test_cancelled_visits_are_not_prepared(here: Clinic) -> None:
    visit = here.visit("10:30")
    assert len(listed(here).rows) == 1
    Appointment.objects.filter(pk=visit.pk).update(state="cancelled", ended_at=NOW, ended_reason="Ill")
    assert listed(here).rows == []


def test_more_than_the_list_holds_is_said(here: Clinic, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_before, "MOST", 1)
    here.visit("10:30")
    here.visit("11:30")
    assert "1 more visit is not on this list." in desk.get(PAGE).content.decode()


@pytest.mark.parametrize("visits", [1, 3])
def test_the_list_asks_as_many_questions_of_one_visit_as_of_three(
    here: Clinic, django_assert_num_queries: Any, visits: int
) -> None:
    in_the_fridge(here, vials=3)
    for number in range(visits):
        treats(here, planned(here, f"Meenal {number}").patient, f"1{number}:30")
    browser = client_of(member(Role.MANAGER, at=here.location))
    browser.get(PAGE)
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(PAGE)


PAGE_QUERIES = 16
