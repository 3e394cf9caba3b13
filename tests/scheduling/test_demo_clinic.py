"""The demo clinic as it stands, plausible, with something to look at on every page: seeded once for all of these."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from pytest_django.plugin import DjangoDbBlocker

from clinic.outbox.models import Letter
from patients.models import Intake
from scheduling.models import Appointment, FollowUp
from tests.scheduling.test_demo import TODAY, seed
from treatments.models import (
    AdverseEvent,
    Confirmation,
    Consultation,
    Draw,
    GoalReview,
    InjectionSession,
    Plan,
    ScoreMark,
    SymptomReport,
    ToxinElsewhere,
    Vial,
    WearOffReport,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Sixty patients in a transaction that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed(patients=60)
        yield
        transaction.set_rollback(True)


def test_every_page_has_something_to_look_at() -> None:
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
    for vial in Vial.objects.filter(closed_at__isnull=False):
        assert vial.received_on <= Draw.objects.filter(vial=vial).earliest("at").at.date()
        assert Draw.objects.filter(vial=vial).aggregate(all=Sum("units"))["all"] == vial.units == vial.drawn_units
    for session in InjectionSession.objects.filter(signed_at__isnull=False):
        assert session.sites.aggregate(all=Sum("units"))["all"] == session.total_units
        assert session.draws.aggregate(all=Sum("units"))["all"] == session.total_units


def test_no_letter_is_owed_in_the_past_and_no_live_plan_is_without_a_follow_up() -> None:
    assert not Letter.objects.filter(state="queued", due_at__date__lte=TODAY).exists()
    treated = Plan.objects.filter(state="active", sessions__signed_at__isnull=False).distinct()
    assert treated.exists()
    for plan in treated:
        assert FollowUp.objects.live().filter(plan=plan).count() == 1


def test_preempt_is_thirty_one_sites_and_155_units() -> None:
    plan = Plan.objects.filter(condition__key="chronic_migraine").first()
    assert plan is not None
    assert plan.sites.count() == 31
    assert plan.sites.aggregate(all=Sum("units"))["all"] == Decimal(155)


def test_the_demo_shows_what_happens_between_and_after_sessions() -> None:
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
