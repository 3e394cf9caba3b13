"""The intake by link, over HTTP: looking changes nothing, what was answered is shown only to who is recognised."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib.languages import is_spoken
from patients.intake import save_step, submit
from patients.links import make_link, revoke_links
from patients.models import Consent, Intake
from tests.patients.intake_making import BORN, filled, invited, step_of, token_of, typed_for
from tests.patients.making import person

pytestmark = pytest.mark.django_db
CANARY = "Canary of the patient"


@pytest.fixture
def intake(at: datetime) -> Intake:
    return invited(at)


def url(token: str, page: str = "intake_open", **more: str) -> str:
    return reverse(f"patients:{page}", kwargs={"token": token, **more})


def everything() -> dict[str, Any]:
    """Every row of every table, the browsers' sessions and the history included."""
    rows: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608 - the tables' own names
            rows[table] = cursor.fetchall()
    return rows


def passed(token: str) -> Client:
    """A browser that gave the date of birth."""
    browser = Client()
    assert browser.post(url(token, "intake_who"), BORN).status_code == 302
    return browser


def test_mail_scanner_that_opens_every_page_five_times_changes_nothing(intake: Intake, at: datetime) -> None:
    """L2: GET and HEAD of each address of the link, begun and not begun."""
    token = token_of(intake, at)
    for _round in range(2):
        before = everything()
        browser = Client()
        for page, more in [
            ("intake_open", {}), ("intake_who", {}), ("intake_language", {}), ("intake_send", {}), ("intake_left", {}),
            ("intake_step", {"step": "pain"}), ("intake_step", {"step": "nothing"}),
        ]:  # fmt: skip
            for _time in range(5):
                assert browser.get(url(token, page, **more), follow=True).status_code == 200
                assert browser.head(url(token, page, **more)).status_code in (200, 302)
        assert everything() == before
        save_step(intake=intake, step_id="goals", answers={"goals": CANARY}, by=None, now=at)
    assert passed(token).get(url(token)).status_code == 200


def test_start_needs_no_check_and_the_form_can_be_filled_and_sent(intake: Intake, at: datetime) -> None:
    token, browser = token_of(intake, at), Client()
    assert browser.post(url(token)).headers["Location"] == url(token, "intake_step", step="about")
    steps = ["about", "pain", "part-headache", "tried", "medicines", "allergies", "safety", "goals", "permissions"]
    for name, following in zip(steps, [*steps[1:], None], strict=True):
        response = browser.post(url(token, "intake_step", step=name), typed_for(step_of(intake, name)))
        expected = url(token, "intake_step", step=following) if following else url(token, "intake_send")
        assert (response.status_code, response.headers["Location"]) == (302, expected)
    unconfirmed = browser.post(url(token, "intake_send"), {"go": "send"})
    assert unconfirmed.status_code == 422
    response = browser.post(url(token, "intake_send"), {"go": "send", "confirmed": "yes"}, follow=True)
    assert response.redirect_chain == [(reverse("patients:intake_sent"), 302)]
    assert "call 112 now" in response.text
    intake.refresh_from_db()
    assert intake.state == "submitted"
    assert intake.answers["s03b_milk_allergy_other"] == "no"
    assert Consent.objects.count() == 2
    assert set(Entry.objects.filter(thing_public_id=intake.public_id).values_list("actor", flat=True)) <= {
        "patient link", "system",
    }  # fmt: skip


def test_send_without_a_permission_names_it_with_a_link(at: datetime) -> None:
    intake = filled(invited(at), at, consent_reminders=None)
    token = token_of(intake, at)
    response = passed(token).post(url(token, "intake_send"), {"go": "send", "confirmed": "yes"})
    assert response.status_code == 422
    assert f"{url(token, 'intake_step', step='permissions')}#div_id_consent_reminders" in response.text


def test_page_half_done_is_kept_and_found_again(intake: Intake, at: datetime) -> None:
    token, browser = token_of(intake, at), Client()
    browser.post(url(token))
    left = browser.post(url(token, "intake_step", step="pain"), {"go": "leave", "pain_worst": "8"})
    assert left.headers["Location"] == url(token, "intake_left")
    intake.refresh_from_db()
    assert intake.answers == {"pain_worst": 8}
    again = passed(token).get(url(token, "intake_step", step="pain")).text
    assert re.search(
        r'value="8"[^>]*id="id_pain_worst_8"[^>]*checked|value="8"[^>]*checked[^>]*id="id_pain_worst_8"', again
    )


def test_wrong_answer_leaves_the_page_open_with_all_that_was_typed(intake: Intake, at: datetime) -> None:
    token, browser = token_of(intake, at), Client()
    browser.post(url(token))
    typed = typed_for(step_of(intake, "pain"), pain_worst="45", pain_story="It began <b>slowly</b>")
    page = browser.post(url(token, "intake_step", step="pain"), typed)
    assert page.status_code == 422
    assert "It began &lt;b&gt;slowly&lt;/b&gt;" in page.text
    assert page.text.index("Please check one answer") < page.text.index("Where does it hurt?")
    intake.refresh_from_db()
    assert intake.answers["pain_story"] == "It began <b>slowly</b>"
    assert "pain_worst" not in intake.answers


def test_what_is_being_typed_is_kept_without_a_press(intake: Intake, at: datetime) -> None:
    token, browser = token_of(intake, at), Client()
    browser.post(url(token))
    typed = url(token, "intake_typed", step="pain")
    said = browser.post(typed, {"pain_worst": "7", "pain_since_month": "13", "pain_since_year": "2021"}).json()
    assert said["state"] == "saved"
    assert said["errors"] == {"pain_since": "There is no such date"}
    intake.refresh_from_db()
    assert intake.answers == {"pain_worst": 7}
    assert not Entry.objects.filter(verb="intake.saved").exists()  # a line a pause would drown the trail
    assert Client().post(typed, {"pain_worst": "2"}).headers["Content-Type"].startswith("text/html")
    assert browser.post(url(token, "intake_typed", step="part-neck"), {}).status_code == 409
    intake.refresh_from_db()
    assert intake.answers == {"pain_worst": 7}
    submit(intake=filled(intake, at), by=None, now=at)
    assert browser.post(typed, {"pain_worst": "2"}).status_code == 410


def test_dead_links_say_why_and_invented_ones_look_all_the_same(at: datetime) -> None:
    """A8: who holds no link of ours learns nothing; who held one learns what ended it and nobody's name."""
    patient = person()
    asked: dict[str, Any] = {"purpose": "intake", "patient": patient, "about": patient}
    expired = make_link(**asked, now=at - timedelta(days=2), expires_at=at - timedelta(days=1))[1]
    revoked = make_link(**asked, now=at, expires_at=at + timedelta(days=1))[1]
    revoke_links(about=patient, because="form_sent", now=at)
    other_purpose = make_link(**{**asked, "purpose": "book"}, now=at, expires_at=at + timedelta(days=1))[1]
    pages = [Client().get(url(token)) for token in ("nobody", "x" * 32, other_purpose)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert "This link does not open any more" in pages[0].text
    for token, why in ((expired, "It worked until"), (revoked, "Your answers have reached us.")):
        page = Client().get(url(token))
        assert page.status_code == 410
        assert why in page.text
        assert patient.given_name not in page.text


def test_link_of_a_form_that_was_sent_is_dead_on_every_page(at: datetime) -> None:
    intake = filled(invited(at), at)
    token = token_of(intake, at)
    browser = passed(token)
    submit(intake=intake, by=None, now=at)
    for page, more in [
        ("intake_open", {}),
        ("intake_send", {}),
        ("intake_step", {"step": "goals"}),
        ("intake_who", {}),
    ]:
        assert browser.get(url(token, page, **more)).status_code == 410
        assert browser.post(url(token, page, **more), {"goals": "Late"}).status_code == 410
    intake.refresh_from_db()
    assert intake.answers["goals"] == "Words of the patient"


def test_link_of_a_form_that_was_sent_speaks_as_the_form_did_on_any_device(at: datetime) -> None:
    intake = invited(at, language="gu")
    token = token_of(intake, at)
    Client().post(url(token, "intake_language"), {"language": "en"})
    intake.refresh_from_db()
    submit(intake=filled(intake, at), by=None, now=at)
    page = Client(headers={"accept-language": "gu"}).get(url(token))
    assert page.status_code == 410
    assert '<html lang="en"' in page.text


@pytest.mark.parametrize("page", ["intake_open", "intake_send", "intake_who", "intake_left"])
def test_page_of_a_link_keeps_its_address_to_itself(page: str, intake: Intake, at: datetime) -> None:
    response = Client().get(url(token_of(intake, at), page), follow=True)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "no-store"
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', response.text)


def test_press_without_the_forms_token_is_refused(intake: Intake, at: datetime) -> None:
    token, browser = token_of(intake, at), Client(enforce_csrf_checks=True)
    assert browser.post(url(token)).status_code == 403
    page = browser.get(url(token)).text
    field = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert field is not None
    foreign = browser.post(url(token), {"csrfmiddlewaretoken": field[1]}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert browser.post(url(token), {"csrfmiddlewaretoken": "a" * 64}, headers={"origin": "null"}).status_code == 403
    intake.refresh_from_db()
    assert intake.state == "invited"
    # A page without referrer: browsers name no origin.
    own = browser.post(url(token), {"csrfmiddlewaretoken": field[1]}, headers={"origin": "null"})
    assert own.status_code == 302


def test_btx_095_page_whose_cookie_is_gone_is_handed_back(at: datetime) -> None:
    """BTX-095 (b): cookies went with the browser's window; what was typed comes back with one button."""
    intake = invited(at)
    token = token_of(intake, at)
    page = url(token, "intake_step", step="goals")
    browser = Client(enforce_csrf_checks=True)
    refused = browser.post(page, {"goals": 'Walk "far"', "go": "next", "csrfmiddlewaretoken": "a" * 64})
    assert refused.status_code == 403
    assert 'name="goals" value="Walk &quot;far&quot;"' in refused.text
    fresh = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', refused.text)
    assert fresh is not None
    again = {"goals": 'Walk "far"', "go": "next", "csrfmiddlewaretoken": fresh[1]}
    assert browser.post(page, again, headers={"origin": "null"}).status_code == 302
    intake.refresh_from_db()
    assert intake.answers == {"goals": 'Walk "far"'}


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(method: str, intake: Intake, at: datetime) -> None:
    assert getattr(Client(), method)(url(token_of(intake, at))).status_code == 405


def test_language_changes_with_a_press_only(intake: Intake, at: datetime) -> None:
    token, browser = token_of(intake, at), Client()
    browser.get(url(token, "intake_language"), {"language": "gu"})
    intake.refresh_from_db()
    assert intake.language == "en"
    browser.post(url(token, "intake_language"), {"language": "gu"})
    intake.refresh_from_db()
    assert intake.language == "gu"
    is_translated = is_spoken("gu")
    assert ('<html lang="gu"' in browser.get(url(token)).text) is is_translated
    assert ("ગુજરાતી" in browser.get(url(token)).text) is is_translated
    browser.post(url(token, "intake_language"), {"language": "xx"})
    intake.refresh_from_db()
    assert intake.language == "gu"
