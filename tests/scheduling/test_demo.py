"""The demo clinic: the same for a seed and a day, plausible, and nothing in it that the product would refuse."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from clinic.outbox.models import Letter
from patients.asking import to_assess, unanswered
from patients.intake import INVITATION
from patients.models import Intake, Patient
from patients.questionnaire import steps_of
from scheduling.models import Appointment, FollowUp
from treatments.models import (
    Excursion,
    FridgeReading,
    InjectionSession,
    Score,
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


def test_fridge_was_read_morning_and_evening_and_the_warm_reading_is_answered() -> None:
    seed(patients=2)
    assert FridgeReading.objects.count() == 14
    assert {one.reading.max_c for one in Excursion.objects.select_related("reading")} == {Decimal("9.4")}
    assert not Excursion.objects.filter(answer__isnull=True).exists()


def test_forms_before_a_first_visit_are_whole_and_their_letters_went_out() -> None:
    seed(patients=20, seed=1)
    sent = list(Intake.objects.answered().select_related("questionnaire", "patient"))
    assert sent
    for intake in sent:
        assert unanswered(steps_of(intake.questionnaire), intake.answers) == []
        assert to_assess(steps_of(intake.questionnaire), intake.answers) == []
        for consent in intake.patient.consents.filter(at=intake.submitted_at):
            assert intake.answers[f"consent_{consent.kind}"] == ("yes" if consent.is_given else "no")
            assert consent.wording.language == intake.language
    awaited = Intake.objects.filter(state="invited").exclude(patient__email="")
    letters = Letter.objects.of_kind(INVITATION).values_list("about_public_id", flat=True)
    assert set(awaited.values_list("public_id", flat=True)) == set(letters) != set()
