"""Cervical dystonia by ultrasound: two vials of two lots pooled into one syringe, each accounted for by itself."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.staff.models import Role, User
from patients.consents import ConsentKind, record_consent
from tests.journeys.clinician_steps import REASON
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.journeys.session_steps import check_the_day
from tests.journeys.test_lot_recall import a_colleague, enter
from tests.treatments.sessions import BOTOX, an_assessed_patient, some_vials
from treatments.formulary import Formulary
from treatments.models import ConditionVersion, Draw, InjectionSession, MuscleVersion, Plan, PlanSite, ProductVersion
from treatments.muscles import lay_out

pytestmark = pytest.mark.django_db(transaction=True)

# Rotation to the right: the left sternocleidomastoid turns that way, the right splenius and levator pull; 150 units.
PLANNED = (
    ("sternocleidomastoid", "left", 2, "20"),
    ("splenius_capitis", "right", 2, "40"),
    ("levator_scapulae", "right", 1, "30"),
)


def a_neck_plan(by: User, places: Sequence[tuple[str, str, int, str]] = PLANNED) -> Plan:
    """An active plan of cervical dystonia, made by hand."""
    now = timezone.now()
    patient, consultation = an_assessed_patient(by, now, given_name="Kirit", sex="male")
    plan: Plan = Plan.objects.create(
        patient=patient,
        location=patient.location,
        clinician=by,
        consultation=consultation,
        condition=ConditionVersion.objects.current().get(key="cervical_dystonia"),
        product=ProductVersion.objects.current().get(key=BOTOX),
        interval_value=12,
        interval_unit="weeks",
        state="active",
        started_on=now.date(),
    )
    with transaction.atomic():
        record_consent(patient=patient, kind=ConsentKind.TREATMENT, is_given=True, by=by, now=now, about=plan)
    formulary, position = Formulary.from_files(), 0
    for key, side, count, units in places:
        muscle = MuscleVersion.objects.current().get(key=key)
        for point in lay_out(count, key, side, formulary):
            position += 1
            PlanSite.objects.create(
                plan=plan, muscle=muscle, side=side, figure=point.figure, x=point.x, y=point.y, units=Decimal(units),
                position=position,
            )  # fmt: skip
    return plan


def pool_two_vials(page: Page, eyes: Eyes) -> None:
    """One bottle of each lot, 2 mL in all: the syringe holds 100 units in each mL."""
    expect(page.get_by_role("heading", name="Preparation", exact=True)).to_be_visible()
    for lot in ("K7741", "M2203"):
        page.locator(".option").filter(has_text=lot).get_by_role("checkbox").check()
    page.locator("input[name=diluent][value=saline]").check()
    page.get_by_label("mL in all").fill("2")
    made_at = timezone.localtime() - timedelta(minutes=5)
    page.get_by_label("Made up at").fill(f"{made_at:%Y-%m-%dT%H:%M}")
    eyes.look(page, name="preparation of two vials")
    page.get_by_role("button", name="Record the preparation").click()


def say_how(page: Page) -> None:
    """By ultrasound, and how it was for the patient; each finding that asks gets its reason."""
    page.get_by_label("Needle").fill("27 G, 40 mm")
    page.get_by_label("Guidance").select_option(label="Ultrasound")
    page.get_by_label("Pain during the injections").select_option("4")
    page.get_by_label("Immediate reaction").fill("None after 15 minutes")
    page.get_by_label("Aftercare sheet given").check()
    for reason in page.locator("#session-live textarea").all():
        reason.fill(REASON)


def test_two_vials_in_one_syringe_under_ultrasound_are_signed_lot_by_lot(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    doctor = a_colleague(Role.CLINICIAN, "Dr Meera Solanki")
    plan = a_neck_plan(doctor)
    for lot in ("K7741", "M2203"):
        some_vials(doctor, timezone.now(), units="100", number=lot)
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, doctor)
        page.goto(f"/treatments/plans/{plan.public_id}/")
        check_the_day(page, eyes)
        pool_two_vials(page, eyes)
        expect(page.locator("[data-total]")).to_have_text("150")
        expect(page.locator("#session-totals")).to_contain_text("1.5 mL")
        say_how(page)
        eyes.look(page, name="session of the neck", dark=True)
        page.get_by_role("button", name="Review and sign").click()
        page.get_by_role("heading", name="Read back, then sign").wait_for()
        read = page.get_by_role("region", name="From what, and how")
        for words in ("Lot K7741 A", "Lot M2203 A", "75 units", "Ultrasound", "27 G, 40 mm"):
            expect(read).to_contain_text(re.compile(words.replace(" ", r"\s")))
        eyes.look(page, name="session of the neck, read back")
        page.get_by_role("button", name="Sign session").click()
        expect(page.get_by_text("What is signed does not change")).to_be_visible()
        eyes.look(page, name="session of the neck, signed", dark=True)
    session = InjectionSession.objects.get()
    assert (session.guidance, session.pain_nrs, session.total_units) == ("ultrasound", 4, Decimal(150))
    # 150 of 200 units in the syringe: three quarters of each bottle
    given = Draw.objects.order_by("vial__lot__number").values_list("vial__lot__number", "kind", "units")
    assert list(given) == [("K7741", "given", Decimal(75)), ("M2203", "given", Decimal(75))]
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
