"""What a summary says beside the plans, and how a session typed in later is marked."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from clinic.staff.models import User
from tests.treatments.events import an_event
from tests.treatments.papers.making import a_signed_session
from tests.treatments.people import a_patient, a_user, an_intake
from treatments.consulting import start_consultation
from treatments.formulary_db import current_formulary
from treatments.models import InjectionSession, ToxinElsewhere
from treatments.papers.history import events, given_elsewhere, screened, told
from treatments.papers.session_sheet import session_sheet

pytestmark = pytest.mark.django_db
NB = "\u00a0"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def doctor() -> User:
    return a_user(name="Dr Meera Solanki")


@pytest.fixture
def session(doctor: User, now: datetime) -> InjectionSession:
    return a_signed_session(doctor, now)


def test_an_adverse_event_is_named_with_how_grave_and_how_it_ended(
    doctor: User, now: datetime, session: InjectionSession
) -> None:
    assert events(session.patient) == []
    an_event(session, doctor, now, is_serious=True)
    day = session.injected_on
    assert day is not None
    said = "Trouble swallowing: serious, Moderate, Ongoing, after Botox (onabotulinumtoxinA)"
    assert events(session.patient)[0]["pairs"] == [(f"{day.day} {day:%b %Y}", said)]


def test_toxin_elsewhere_is_said_as_far_as_it_is_known(doctor: User, now: datetime, session: InjectionSession) -> None:
    common = {"patient": session.patient, "said_by": "patient", "by": doctor, "at": now}
    ToxinElsewhere.objects.create(given_on=date(2026, 5, 1), precision="month", units=Decimal("2.50"), **common)
    ToxinElsewhere.objects.create(
        given_on=date(2024, 1, 1), precision="year", product=session.product, region="Forehead", **common
    )
    found = given_elsewhere(session.patient, (), current_formulary())
    assert found[0]["pairs"] == [
        ("May 2026", f"product not known, 2.5{NB}units"),
        ("2024", "Botox (onabotulinumtoxinA), units not known, Forehead"),
    ]


def test_medicines_and_allergies_are_the_patients_own_words(now: datetime) -> None:
    patient = a_patient()
    assert told(patient) == []
    answers = {"medicines": "Aspirin\n75 mg", "allergies": "yes", "allergies.what": "Egg"}
    an_intake(patient, now=now, **answers)
    assert told(patient)[0]["pairs"] == [("Medicines", "Aspirin 75 mg"), ("Allergies", "yes; Egg")]


def test_what_the_clinician_did_not_confirm_is_not_said_as_confirmed(session: InjectionSession) -> None:
    assert screened(None, current_formulary()) == []
    found = screened(session.plan.consultation, current_formulary())
    assert found[0]["pairs"] == [("Screening", "nothing confirmed")]


def test_the_days_a_clinician_counted_stand_beside_the_question(doctor: User, now: datetime) -> None:
    consultation = start_consultation(patient=a_patient(), by=doctor, now=now)
    counted = {"headache_days": "18", "migraine_days": "11.5"}
    consultation.assessments.update_or_create(
        question_id="s26_diagnosis_gate", defaults={"is_confirmed": True, "numbers": counted}
    )
    said = "Headache days a month: 18; Migraine days a month: 11.5; confirmed"
    assert [value for _label, value in screened(consultation, current_formulary())[0]["pairs"]] == [said]


def test_a_session_typed_in_later_says_so_first(doctor: User, now: datetime, session: InjectionSession) -> None:
    session.late_entry_reason = "No power that day."
    notices = session_sheet(session, by=doctor, now=now)["notices"]
    assert [one["lead"] for one in notices] == ["Late entry."]
    assert notices[0]["text"].endswith(". No power that day.")
    assert "typed in and signed by Dr Meera Solanki" in notices[0]["text"]
