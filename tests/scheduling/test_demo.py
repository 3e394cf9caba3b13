"""The demo clinic: the same for a seed and a day, plausible, and nothing in it that the product would refuse."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from pytest_django import Settings

from clinic.outbox.models import Letter
from patients.models import Intake, Patient
from scheduling.models import Appointment, FollowUp
from treatments.models import (
    AdverseEvent,
    Confirmation,
    Consultation,
    Draw,
    Excursion,
    FridgeReading,
    GoalReview,
    InjectionSession,
    Plan,
    Score,
    ScoreMark,
    SymptomReport,
    ToxinElsewhere,
    Vial,
    WearOffReport,
)

pytestmark = pytest.mark.django_db
TODAY = date(2027, 3, 5)  # a Friday


def seed(**options: Any) -> None:
    call_command(
        "seed_demo",
        **{"patients": 24, "seed": 7, "today": TODAY, "password": "not-secret-here", **options},
        verbosity=0,
    )


def digest() -> list[Any]:
    """What a story is made of: who, when, how much, what became of it."""
    return [
        list(Patient.objects.order_by("phone").values_list("public_id", "given_name", "born_on", "language", "email")),
        list(InjectionSession.objects.order_by("public_id").values_list("public_id", "injected_at", "total_units")),
        list(Appointment.objects.order_by("public_id").values_list("public_id", "starts_at", "state")),
        list(FollowUp.objects.order_by("public_id").values_list("public_id", "book_by_on", "state", "where")),
        list(Score.objects.order_by("public_id").values_list("public_id", "value", "taken_on")),
    ]


def test_the_same_seed_and_day_make_the_same_clinic() -> None:
    found = []
    for _ in range(2):
        with transaction.atomic():
            seed()
            found.append(digest())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(found[0][0]) == 24


def test_another_seed_makes_another_clinic() -> None:
    seed(seed=8)
    other = digest()
    assert {row[1] for row in other[0]}
    assert len(other[0]) == 24


def test_a_clinic_with_patients_is_left_as_it_is() -> None:
    seed(patients=3)
    seed(patients=9)
    assert Patient.objects.count() == 3


def test_it_is_never_loaded_in_production(settings: Settings) -> None:
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError):
        seed()
    assert not Patient.objects.exists()


def test_every_page_has_something_to_look_at() -> None:
    seed(patients=60)
    assert set(Appointment.objects.values_list("state", flat=True)) >= {"booked", "completed"}
    assert set(FollowUp.objects.values_list("state", flat=True)) >= {"pending", "booked", "done"}
    assert set(Letter.objects.values_list("state", flat=True)) >= {"sent", "queued"}
    assert Intake.objects.filter(state="submitted").exists()
    assert set(Plan.objects.values_list("condition__key", flat=True)) >= {
        "chronic_migraine",
        "myofascial_pain_syndrome",
    }
    assert Appointment.objects.filter(starts_at__date=TODAY).count() >= 10


def test_what_was_given_balances_vial_by_vial() -> None:
    seed()
    for vial in Vial.objects.filter(closed_at__isnull=False):
        assert vial.received_on <= Draw.objects.filter(vial=vial).earliest("at").at.date()
        assert Draw.objects.filter(vial=vial).aggregate(all=Sum("units"))["all"] == vial.units == vial.drawn_units
    for session in InjectionSession.objects.filter(signed_at__isnull=False):
        assert session.sites.aggregate(all=Sum("units"))["all"] == session.total_units
        assert session.draws.aggregate(all=Sum("units"))["all"] == session.total_units


def test_no_letter_is_owed_in_the_past_and_no_live_plan_is_without_a_follow_up() -> None:
    seed(patients=60)
    assert not Letter.objects.filter(state="queued", due_at__date__lte=TODAY).exists()
    treated = Plan.objects.filter(state="active", sessions__signed_at__isnull=False).distinct()
    assert treated.exists()
    for plan in treated:
        assert FollowUp.objects.live().filter(plan=plan).count() == 1


def test_preempt_is_thirty_one_sites_and_155_units() -> None:
    seed(patients=40)
    plan = Plan.objects.filter(condition__key="chronic_migraine").first()
    assert plan is not None
    assert plan.sites.count() == 31
    assert plan.sites.aggregate(all=Sum("units"))["all"] == Decimal(155)


def test_fridge_was_read_morning_and_evening_and_the_warm_reading_is_answered() -> None:
    seed(patients=2)
    assert FridgeReading.objects.count() == 14
    assert {one.reading.max_c for one in Excursion.objects.select_related("reading")} == {Decimal("9.4")}
    assert not Excursion.objects.filter(answer__isnull=True).exists()


def test_the_demo_shows_what_happens_between_and_after_sessions() -> None:
    seed(patients=60)
    assert SymptomReport.objects.filter(how="link", level="", words="").exists()
    assert SymptomReport.objects.exclude(words="").filter(level="", answer__isnull=True).exists()
    assert SymptomReport.objects.exclude(level="").get().answer.done  # nothing that hurries waits
    assert WearOffReport.objects.filter(by__isnull=True).exists()
    assert ScoreMark.objects.get().kind == "flare"
    assert GoalReview.objects.exists()
    assert ToxinElsewhere.objects.exists()
    signed = InjectionSession.objects.filter(signed_at__isnull=False)
    assert set(signed.filter(plan__condition__key="cervical_dystonia").values_list("guidance", flat=True)) == {
        "ultrasound"
    }
    assert signed.filter(pain_nrs__isnull=False).exists()
    assert signed.filter(assistant__isnull=False).exists()
    assert signed.exclude(assistant_name="").exists()
    assert signed.exclude(late_entry_reason="").count() == 1
    assert Confirmation.objects.exists()


def test_the_demo_leaves_a_draft_of_each_and_holds_the_letters_of_who_is_in_trouble() -> None:
    seed(patients=60)
    draft = InjectionSession.objects.get(signed_at__isnull=True)
    assert draft.checked_at is not None
    assert draft.preparations.count() == 2
    assert all(site.volume_ml for site in draft.sites.all())
    assert Consultation.objects.filter(signed_at__isnull=True).count() == 1
    events = AdverseEvent.objects.order_by("id")
    serious, mild = sorted((event.entries.last() for event in events), key=lambda entry: not entry.is_serious)
    assert (mild.outcome, mild.is_serious) == ("resolved", False)
    assert (serious.outcome, serious.is_serious) == ("ongoing", True)
    held = FollowUp.objects.live().filter(patient=serious.event.patient)
    assert {row.where for row in held} == {"clinician_list"}
