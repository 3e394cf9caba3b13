"""Publishing: the same again changes nothing, and what was published stands."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.lib.db import violated
from patients.consents import NoWording, consents_of, is_given, record_consent, wording_for
from patients.models import ConsentText, Questionnaire
from patients.models.consents import ConsentKind
from patients.questionnaire import current, publish, steps_of
from tests.patients.making import member, person

pytestmark = pytest.mark.django_db


def asked() -> list[dict[str, str]]:
    """The catalogue's questions as the template database was loaded with them: asked back from what was published."""
    return [
        {
            "id": key,
            "text": question.text,
            "answer_kind": "number" if question.kind == "number" else "yes_no",
            "asked_of": "patient",
        }
        for step in steps_of(current())
        for question in step.questions
        if question.flag or question.id == "s25_moh"
        for key in question.ids
    ]


def test_loading_the_catalogue_published_the_form() -> None:
    assert current().version == 1
    assert [step.id for step in steps_of(current())] == [
        "about", "pain", "part-headache", "part-neck", "part-muscle", "part-joint", "part-stiff", "part-jaw",
        "part-face", "part-sweat", "tried", "medicines", "allergies", "safety", "goals", "permissions",
    ]  # fmt: skip


def test_every_screening_question_of_the_patient_is_asked() -> None:
    """26 of the catalogue's 31 are asked of the patient (counted in screening.json by hand)."""
    keys = [key for step in steps_of(current()) for question in step.questions for key in question.ids]
    assert len([key for key in keys if key[0] == "s" and key[1:3].isdecimal()]) == 26


def test_publishing_a_change_makes_a_version_and_the_same_again_none(now: datetime.datetime) -> None:
    changed = publish(asked(), now=now)
    assert changed.version == 2
    assert publish(asked(), now=now).pk == changed.pk
    assert Questionnaire.objects.count() == 2
    assert current() == changed


@pytest.mark.parametrize("table", ["patients_questionnaire", "patients_consenttext"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET version = version", "DELETE FROM {}"])
def test_published_words_stand_for_the_apps_role(table: str, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_wording_is_the_newest_in_the_language_or_in_english() -> None:
    shipped = wording_for(ConsentKind.DATA_USE, "gu")
    assert (shipped.language, shipped.version) == ("gu", 2)
    newer = ConsentText.objects.create(kind=ConsentKind.DATA_USE, version=3, language="en", text="Notice")
    assert wording_for(ConsentKind.DATA_USE, "gu") == newer
    gujarati = ConsentText.objects.create(kind=ConsentKind.DATA_USE, version=3, language="gu", text="સૂચના")
    assert wording_for(ConsentKind.DATA_USE, "gu") == gujarati


def test_wording_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(NoWording):
        wording_for("photos", "en")


def test_wording_of_a_version_stands_once() -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ConsentText.objects.create(kind=ConsentKind.DATA_USE, version=1, language="en", text="Other words")
    assert violated(error.value) == "consent_wording_once_a_version"


def test_consent_newest_answer_holds(now: datetime.datetime) -> None:
    patient, desk = person(), member()
    assert is_given(patient, ConsentKind.DATA_USE) is False
    record_consent(patient=patient, kind=ConsentKind.DATA_USE, is_given=True, by=desk, now=now)
    assert is_given(patient, ConsentKind.DATA_USE) is True
    later = now + datetime.timedelta(days=1)
    record_consent(patient=patient, kind=ConsentKind.DATA_USE, is_given=False, by=None, now=later)
    assert is_given(patient, ConsentKind.DATA_USE) is False
    assert [consent.is_given for consent in consents_of(patient, ConsentKind.DATA_USE)] == [False, True]


def test_consent_to_one_plan_says_nothing_about_another(now: datetime.datetime) -> None:
    patient, one, other = person(), person("Plan"), person("Other")
    record_consent(patient=patient, kind=ConsentKind.TREATMENT, is_given=True, by=None, now=now, about=one)
    assert is_given(patient, ConsentKind.TREATMENT, about=one) is True
    assert is_given(patient, ConsentKind.TREATMENT, about=other) is False
