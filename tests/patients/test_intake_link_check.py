"""The second check of the intake by link, over HTTP: no answer is shown before it, nothing typed is lost by it."""

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from patients.intake import save_step
from patients.link_check import code_of
from patients.models import AccessLink, Intake
from tests.clinic.random_parts import without_random_parts
from tests.patients.intake_making import BORN, filled, invited, step_of, token_of, typed_for
from tests.patients.test_intake_link import CANARY, passed, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake(at: datetime) -> Intake:
    return invited(at)


@pytest.mark.parametrize("page", ["intake_open", "intake_send", "intake_left", "intake_who", "intake_step"])
def test_stranger_with_the_link_sees_nothing_that_was_answered(page: str, intake: Intake, at: datetime) -> None:
    token = token_of(intake, at)
    save_step(intake=intake, step_id="goals", answers={"goals": CANARY}, by=None, now=at)
    more = {"step": "goals"} if page == "intake_step" else {}
    text = without_random_parts(Client().get(url(token, page, **more), follow=True).text)
    for secret in (CANARY, "Asha", "Rao", "asha@patients.example", "1970"):
        assert secret not in text
    assert CANARY in passed(token).get(url(token, "intake_step", step="goals")).text


def test_recognised_for_one_link_is_a_stranger_for_another(intake: Intake, at: datetime) -> None:
    browser = passed(token_of(filled(intake, at), at))
    other = filled(invited(at, name="Usha"), at, goals=CANARY)
    assert CANARY not in browser.get(url(token_of(other, at), "intake_send")).text


def test_recognised_browser_gets_a_new_session(intake: Intake, at: datetime) -> None:
    token, browser = token_of(filled(intake, at), at), Client()
    session = browser.session
    session["planted"] = "yes"
    session.save()
    planted = str(session.session_key)
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted
    browser.post(url(token, "intake_who"), BORN)
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_recognition_lasts_an_hour(intake: Intake, at: datetime) -> None:
    token = token_of(filled(intake, at, goals=CANARY), at)
    browser = passed(token)
    session = browser.session
    session["passed_links"] = {key: (at - timedelta(hours=1)).isoformat() for key in session["passed_links"]}
    session.save()
    assert CANARY not in browser.get(url(token, "intake_send")).text


def test_btx_095_what_was_typed_survives_the_check(intake: Intake, at: datetime) -> None:
    """BTX-095 (a): the browser's session ended before saving; after the check the page is saved, nothing is retyped."""
    token = token_of(filled(intake, at), at)
    typed = typed_for(step_of(intake, "goals"), goals="Typed before the session ended", question_for_doctor="When?")
    browser = Client()
    asked = browser.post(url(token, "intake_step", step="goals"), typed)
    hidden = dict(re.findall(r'<input type="hidden" name="(carried-[^"]+)" value="([^"]*)"', asked.text))
    intake.refresh_from_db()
    assert intake.answers["goals"] != "Typed before the session ended"
    wrong = browser.post(url(token, "intake_who"), {**BORN, "born_day": "30", **hidden})
    hidden = dict(re.findall(r'<input type="hidden" name="(carried-[^"]+)" value="([^"]*)"', wrong.text))
    assert browser.post(url(token, "intake_who"), {**BORN, **hidden}).headers["Location"] == url(
        token, "intake_step", step="permissions"
    )
    intake.refresh_from_db()
    assert (intake.answers["goals"], intake.answers["question_for_doctor"]) == (
        "Typed before the session ended",
        "When?",
    )


def test_code_recognises_who_reads_the_mailbox(intake: Intake, at: datetime) -> None:
    token = token_of(filled(intake, at), at)
    browser = Client()
    sent = browser.post(url(token, "intake_who"), {"how": "send_code"})
    assert "Type the code of six digits." in sent.text
    code = code_of(AccessLink.objects.get())
    assert browser.post(url(token, "intake_who"), {"how": "code", "code": code}).status_code == 302
    assert browser.get(url(token, "intake_send")).status_code == 200


@pytest.mark.parametrize("precision", ["about", "unknown"])
def test_unsure_date_of_birth_is_not_asked_for(precision: str, at: datetime) -> None:
    from patients.birth import UNKNOWN_BIRTH, Birth

    birth = Birth(at.date().replace(year=1951, month=1, day=1), "about") if precision == "about" else UNKNOWN_BIRTH
    token = token_of(filled(invited(at, birth=birth), at), at)
    page = Client().get(url(token))
    assert "Your date of birth" not in page.text
    assert "Send me a code by e-mail" in page.text
    assert Client().post(url(token, "intake_who"), BORN).status_code == 422


def test_five_wrong_dates_close_the_link_for_everybody(intake: Intake, at: datetime) -> None:
    token = token_of(filled(intake, at), at)
    wrong = {**BORN, "born_year": "1971"}
    statuses = [Client().post(url(token, "intake_who"), wrong).status_code for _try in range(6)]
    assert statuses == [422] * 5 + [429]
    assert Client().post(url(token, "intake_who"), BORN).status_code == 429


def test_after_five_wrong_dates_the_page_offers_the_code_alone(intake: Intake, at: datetime) -> None:
    """The way that is left is there, and it opens."""
    token = token_of(filled(intake, at), at)
    browser, who = Client(), url(token, "intake_who")
    pages = [browser.post(who, {**BORN, "born_year": "1971"}) for _try in range(5)]
    assert ["Your date of birth" in page.text for page in pages] == [True] * 4 + [False]
    assert "Too many tries" in pages[-1].text
    browser.post(who, {"how": "send_code"})
    link = AccessLink.objects.get(purpose="intake")
    assert browser.post(who, {"how": "code", "code": code_of(link)}).status_code == 302
