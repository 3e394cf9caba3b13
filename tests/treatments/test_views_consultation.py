"""The consultation's page: who may open it, what it shows, what a press does, what is never lost."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib import clock
from clinic.staff.models import Role, User
from patients.models import Consent
from tests.treatments.people import a_location, a_patient, a_user, an_intake
from treatments.consulting import start_consultation
from treatments.models import Consultation

pytestmark = pytest.mark.django_db


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clinician() -> User:
    return a_user(name="Jigna Vasavada")


@pytest.fixture
def held(clinician: User) -> Consultation:
    """A draft of today, by the clock the pages read."""
    patient = a_patient()
    an_intake(
        patient,
        s05_dysphagia="yes",
        s08_pregnant="no",
        s03_milk_allergy="yes",
        question_for_doctor="How long before I can drive?",
        pain_where=["forehead", "neck"],
        pain_worst=8,
    )
    return start_consultation(patient=patient, by=clinician, now=clock.now())


def page(held: Consultation) -> str:
    return reverse("treatments:consultation", args=[held.public_id])


def save(held: Consultation) -> str:
    return reverse("treatments:consultation_save", args=[held.public_id])


def press(client: Client, held: Consultation, typed: dict[str, str], version: int = 1, **how: Any) -> Any:
    """Press a button of the page that was drawn from a version, with nothing typed since."""
    return client.post(save(held), {"version": version, "revision": 0, **typed}, **how)


def test_start_opens_a_draft_and_leads_to_it(clinician: User) -> None:
    patient = a_patient()
    answer = signed_in_as(clinician).post(reverse("treatments:consultation_start", args=[patient.public_id]))
    held = Consultation.objects.get(patient=patient)
    assert (answer.status_code, answer["Location"]) == (302, page(held))


@pytest.mark.parametrize(("role", "status"), [(Role.FRONT_DESK, 403), (Role.MANAGER, 200), (Role.CLINICIAN, 200)])
def test_page_opens_for_clinical_roles_only(held: Consultation, role: Role, status: int) -> None:
    assert signed_in_as(a_user(role)).get(page(held)).status_code == status


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.MANAGER])
def test_only_a_clinician_writes(held: Consultation, role: Role) -> None:
    client = signed_in_as(a_user(role))
    assert press(client, held, {"history": "x"}).status_code == 403
    assert client.post(reverse("treatments:consultation_start", args=[held.patient.public_id])).status_code == 403


def test_page_of_another_location_is_not_found(held: Consultation) -> None:
    elsewhere = a_user(location=a_location("Elsewhere"))
    assert signed_in_as(elsewhere).get(page(held)).status_code == 404
    assert press(signed_in_as(elsewhere), held, {}).status_code == 404


def test_opening_leaves_a_line_in_the_trail(held: Consultation, clinician: User) -> None:
    signed_in_as(clinician).get(page(held))
    line = Entry.objects.filter(verb="consultation.opened").get()
    assert (line.by, line.patient_public_id) == (clinician, held.patient.public_id)


def test_page_shows_answer_and_question_and_preselects_nothing(held: Consultation, clinician: User) -> None:
    answer = signed_in_as(clinician).get(page(held))
    assert [item.row.question.key for item in answer.context["flagged"]] == ["s03_milk_allergy", "s05_dysphagia"]
    body = answer.content.decode()
    assert "How long before I can drive?" in body
    assert "checked" not in body
    assert [line for _question, line in answer.context["told"]] == ["Forehead or temples, Neck", "8"]
    milk = answer.context["flagged"][0]
    assert [(finding.rule, finding.level, products) for finding, products, _is_brief in milk.findings] == [
        ("R14", "block", "Dysport"),
        ("R14", "override", "Botogenie"),
    ]


def test_save_keeps_the_draft_and_its_scores(held: Consultation, clinician: User) -> None:
    client = signed_in_as(clinician)
    answer = press(
        client,
        held,
        {
            "condition": "chronic_migraine",
            "history": "Since 2015",
            "confirmed_s05_dysphagia": "no",
            "note_s05_dysphagia": "Once, a fishbone",
            "goal_text_0": "Teach a full week",
            "goal_target_0": "10 headache days",
            "strategy_what_0": "Physiotherapy",
            "strategy_kept_0": "yes",
            "score_headache_days": "22",
            "save": "draft",
        },
    )
    assert answer.status_code == 302
    kept = Consultation.objects.get(pk=held.pk)
    assert (kept.version, kept.history, kept.condition.key) == (2, "Since 2015", "chronic_migraine")
    row = kept.assessments.get(question_id="s05_dysphagia")
    assert (row.answer, row.is_confirmed, row.note) == ("yes", False, "Once, a fishbone")
    assert [(goal.text, goal.target) for goal in kept.goals.all()] == [("Teach a full week", "10 headache days")]
    assert [(score.instrument.key, str(score.value)) for score in kept.scores.all()] == [("headache_days", "22.00")]


def test_score_off_its_range_and_half_a_line_keep_all_that_was_typed(held: Consultation, clinician: User) -> None:
    typed = {"condition": "chronic_migraine", "history": "Long story", "score_hit6": "35", "goal_target_0": "alone"}
    answer = press(signed_in_as(clinician), held, typed)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"score_hit6", "goal_text_0"}
    body = answer.content.decode()
    assert "Long story" in body
    assert 'value="35"' in body
    assert "data-keep-bound" in body
    assert Consultation.objects.get(pk=held.pk).version == 1


def test_more_migraine_days_than_headache_days_are_refused(held: Consultation, clinician: User) -> None:
    typed = {"condition": "chronic_migraine", "score_headache_days": "20", "score_migraine_days": "25"}
    answer = press(signed_in_as(clinician), held, typed)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"score_migraine_days"}
    mended = typed | {"score_migraine_days": "20", "save": "draft", "revision": str(answer.context["revision"])}
    equal = press(signed_in_as(clinician), held, mended)
    assert equal.status_code == 302


def test_sign_without_decision_saves_and_says_what_is_missing(held: Consultation, clinician: User) -> None:
    answer = press(signed_in_as(clinician), held, {"history": "Kept", "sign": "sign"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {
        "decision",
        "confirmed_s03_milk_allergy",
        "confirmed_s05_dysphagia",
    }
    kept = Consultation.objects.get(pk=held.pk)
    assert (kept.history, kept.version, kept.is_signed) == ("Kept", 2, False)
    assert answer.context["version"] == 2


COMPLETE = {
    "decision": "treat",
    "confirmed_s05_dysphagia": "no",
    "confirmed_s03_milk_allergy": "yes",
    "answer_to_patient": "The same day.",
    "sign": "sign",
}


def test_sign_freezes_and_offers_a_plan(held: Consultation, clinician: User) -> None:
    client = signed_in_as(clinician)
    press(client, held, COMPLETE)
    answer = client.get(page(held))
    assert Consultation.objects.get(pk=held.pk).is_signed
    body = answer.content.decode()
    assert reverse("treatments:plan_new", args=[held.patient.public_id]) in body
    assert 'name="history"' not in body


def test_save_after_the_signature_is_refused_kindly(held: Consultation, clinician: User) -> None:
    client = signed_in_as(clinician)
    press(client, held, COMPLETE)
    client.get(page(held))
    answer = press(client, held, {"history": "late"}, 3)
    assert answer.status_code == 409
    assert Consultation.objects.get(pk=held.pk).history == ""
    assert [(one["label"], one["typed"]) for one in answer.context["unkept"]] == [("History", "late")]
    assert answer.context["addendum"]["text"].value() == "History: late"


def test_two_clinicians_see_both_texts_and_lose_nothing(held: Consultation, clinician: User) -> None:
    client, other = signed_in_as(clinician), signed_in_as(a_user(name="Other"))
    base = json.dumps({"history": "", "examination": ""})
    press(other, held, {"history": "Theirs", "examination": "Temples tender", "base": base})
    answer = press(client, held, {"history": "Mine", "goal_text_0": "Sleep", "base": base})
    assert answer.status_code == 409
    assert {(one["label"], one["theirs"], one["typed"]) for one in answer.context["meanwhile"]} == {
        ("History", "Theirs", "Mine"),
        ("Examination", "Temples tender", None),
    }
    form = answer.context["form"]
    assert (form["history"].value(), form["examination"].value(), form["goal_text_0"].value()) == (
        "Mine",
        "Temples tender",
        "Sleep",
    )
    assert Consultation.objects.get(pk=held.pk).history == "Theirs"
    press(client, held, {"history": "Both", "examination": "Temples tender"}, answer.context["version"])
    assert Consultation.objects.get(pk=held.pk).history == "Both"


def test_consent_is_recorded_with_its_answer(held: Consultation, clinician: User) -> None:
    address = reverse("treatments:consultation_consent", args=[held.public_id])
    signed_in_as(clinician).post(address, {"kind": "off_label", "is_given": "yes"})
    consent = Consent.objects.get(patient=held.patient)
    assert (consent.kind, consent.is_given, consent.about_public_id) == ("off_label", True, held.public_id)


def test_page_costs_the_same_with_one_and_three_earlier_consultations(
    held: Consultation, clinician: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client = signed_in_as(clinician)
    client.get(page(held))
    counts = []
    for number in range(2):
        with django_assert_max_num_queries(60) as captured:
            client.get(page(held))
        counts.append(len(captured))
        for turn in range(3):
            another = a_user(name=f"C{number}{turn}")
            start_consultation(patient=held.patient, by=another, now=now - timedelta(days=turn))
    assert counts[0] == counts[1]
