"""What a consent opens and closes: the day-of check, the signature, the list of what is asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from clinic.staff.models import Role, User
from patients.consenting import withdraw_consent
from patients.consents import State, standing_of
from patients.models import Consent
from patients.models.consents import ConsentKind
from tests.patients.consent_making import answer, words
from tests.patients.making import client_of
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, another_plan, checked, prepared, signed, some_vials
from treatments.consent_answers import Answer, answers_about, holding
from treatments.consents import matters_of
from treatments.facts import Consented
from treatments.leaflets import leaflets_in
from treatments.models import ConditionVersion, Incident, InjectionSession, Leaflet, Plan
from treatments.session_refusals import SessionIncomplete

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
TREATMENT, OFF_LABEL = ConsentKind.TREATMENT, ConsentKind.OFF_LABEL
STATEMENT = "Agreed by word of mouth, the tablet was out of order."


@pytest.fixture
def doctor() -> User:
    words()
    return a_user(Role.CLINICIAN)


@pytest.fixture
def plan(doctor: User) -> Plan:
    return an_active_plan(doctor, NOW)


def codes(session: InjectionSession, gate: str) -> list[str]:
    found = session.findings.filter(gate=gate, rule="consent", level="block")
    return list(found.values_list("code", flat=True))


def take_back(plan: Plan, at: datetime) -> None:
    withdraw_consent(consent=Consent.objects.filter(patient=plan.patient, is_given=True)[0], by=None, now=at)


def at_minutes(*minutes: tuple[int, bool]) -> list[Answer]:
    return [Answer(TREATMENT, is_given, NOW + timedelta(minutes=minute)) for minute, is_given in minutes]


@pytest.mark.parametrize(
    ("answers", "holds"),
    [
        ([], Consented.NOT_ASKED),
        (at_minutes((-9, True)), Consented.GIVEN),
        (at_minutes((-9, True), (-5, False)), Consented.NOT_GIVEN),
        (at_minutes((-9, False), (0, True)), Consented.GIVEN),
        (at_minutes((-9, True), (5, False)), Consented.GIVEN),  # taken back after it was done
        (at_minutes((5, True)), Consented.GIVEN),  # on paper, typed in later
        (at_minutes((5, True), (9, False)), Consented.GIVEN),
        (at_minutes((-9, False), (5, True)), Consented.NOT_GIVEN),  # a later yes does not undo a no that stood
    ],
)
def test_the_answer_of_the_moment_holds(answers: list[Answer], holds: Consented) -> None:
    assert holding(answers, at=NOW)[TREATMENT] is holds


def test_a_plan_counts_what_was_said_of_it_and_of_its_consultation(plan: Plan, doctor: User) -> None:
    assert holding(answers_about(plan)) == {TREATMENT: Consented.GIVEN, OFF_LABEL: Consented.NOT_ASKED}
    other = another_plan(plan)
    answer(plan.patient, "treatment", NOW, by=doctor, is_given=False, about=plan.public_id)
    assert holding(answers_about(plan))[TREATMENT] is Consented.NOT_GIVEN
    assert holding(answers_about(other))[TREATMENT] is Consented.GIVEN


def test_what_a_plan_needs_is_asked_for(plan: Plan) -> None:
    """Chronic migraine with this product is on the label; myofascial pain is not (R27)."""
    assert [(one.kind, one.about, one.name) for one in matters_of(plan.patient)] == [
        (TREATMENT, plan.public_id, "Chronic migraine")
    ]
    Plan.objects.filter(pk=plan.pk).update(
        condition=ConditionVersion.objects.current().get(key="myofascial_pain_syndrome")
    )
    assert [one.kind for one in matters_of(plan.patient)] == [TREATMENT, OFF_LABEL]
    Plan.objects.filter(pk=plan.pk).update(state="stopped", state_reason="Moved away")
    assert matters_of(plan.patient) == []


def test_condition_is_named_in_the_patients_language(plan: Plan) -> None:
    for language, name in (("gu", "જૂનું માઇગ્રેન"), ("hi", "पुराना माइग्रेन"), ("en", "Chronic migraine")):
        with override(language):
            assert [one.name for one in matters_of(plan.patient)] == [name]
    in_english = next(one for one in leaflets_in("en") if one.document["condition"] == "chronic_migraine")
    newer = {"slug": in_english.slug, "version": in_english.version + 1, "document": in_english.document}
    Leaflet.objects.create(**newer, language="en", words_hash=in_english.words_hash, loaded_at=NOW)
    with override("gu"):
        assert [one.name for one in matters_of(plan.patient)] == ["Chronic migraine"]  # not translated yet


def test_standing_of_a_plan_is_the_newest_of_both(plan: Plan, doctor: User) -> None:
    take_back(plan, NOW + timedelta(hours=1))
    (one,) = [one for one in standing_of(plan.patient) if one.kind == TREATMENT]
    assert (one.state, one.name) == (State.WITHDRAWN, "Chronic migraine")
    answer(plan.patient, "treatment", NOW + timedelta(hours=2), by=doctor, about=plan.public_id)
    (one,) = [one for one in standing_of(plan.patient) if one.kind == TREATMENT]
    assert (one.state, one.is_signed) == (State.GIVEN, True)


@pytest.mark.parametrize("asked", ["never", "taken back"])
def test_the_check_of_the_day_stops_without_a_consent(doctor: User, asked: str) -> None:
    plan = an_active_plan(doctor, NOW, is_agreed=asked == "taken back")
    if asked == "taken back":
        take_back(plan, NOW)
    session = checked(plan, doctor, NOW + timedelta(minutes=5))
    code = "consent.not_recorded" if asked == "never" else "consent.taken_back"
    assert codes(session, "day_of") == [code]
    answer(plan.patient, "treatment", NOW + timedelta(minutes=6), by=doctor, about=plan.public_id)
    assert codes(checked(plan, doctor, NOW + timedelta(minutes=7)), "day_of") == []


def test_given_without_consent_is_signed_as_exactly_that(plan: Plan, doctor: User) -> None:
    """Taken back between the check and the needle: the dose is a fact, the record says so."""
    session = checked(plan, doctor, NOW)
    prepared(session, some_vials(doctor, NOW), doctor, NOW)
    take_back(plan, NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=10)
    with pytest.raises(SessionIncomplete):
        signed(session, doctor, later)
    done = signed(session, doctor, later, statement=STATEMENT)
    assert codes(done, "signing") == ["consent.taken_back"]
    assert Incident.objects.get(session=done).statement == STATEMENT


def test_taking_back_afterwards_leaves_what_was_done(plan: Plan, doctor: User) -> None:
    session = checked(plan, doctor, NOW)
    prepared(session, some_vials(doctor, NOW), doctor, NOW)
    take_back(plan, NOW + timedelta(minutes=30))
    done = signed(session, doctor, NOW + timedelta(hours=1), injected_at=NOW + timedelta(minutes=5))
    assert (codes(done, "signing"), done.given_despite) == ([], "")


def test_the_plans_page_shows_the_newest_answer_and_leads_to_the_pad(plan: Plan, doctor: User) -> None:
    take_back(plan, NOW)
    page = client_of(doctor).get(reverse("treatments:plan", args=[plan.public_id]))
    (shown,) = [one for one in page.context["consents"] if one["name"] == "treatment"]
    assert shown["newest"].is_given is False
    assert f"about={plan.public_id}" in page.text
