"""A consultation's page that keeps itself: after a power cut, a time-out, another tab; and what a signature does."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.lib import clock
from clinic.staff.models import Role
from tests.treatments.people import a_location, a_patient, a_user
from tests.treatments.test_views_consultation import page, press, signed_in_as
from treatments.consulting import start_consultation
from treatments.models import Consultation, ConsultationAddendum

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Consultation:
    return start_consultation(patient=a_patient(), by=a_user(name="Jigna Vasavada"), now=clock.now())


def keep(client: Client, held: Consultation, typed: dict[str, str], version: int = 1, revision: int = 0) -> Any:
    address = reverse("treatments:consultation_typed", args=[held.public_id])
    return client.post(address, {"version": version, "revision": revision, **typed})


def test_what_was_typed_is_back_after_a_power_cut(held: Consultation) -> None:
    """BTX-095 (a) and (c): another browser, nothing pressed; the half-typed number too, with its sentence."""
    typed = {"history": "Since 2015", "condition": "chronic_migraine", "score_hit6": "3", "goal_text_0": "Sleep"}
    answer = keep(signed_in_as(held.clinician), held, typed)
    assert answer.json()["errors"] == {"score_hit6": "From 36 to 78."}
    assert answer.json()["marks"] == {"version": 1, "revision": 1}
    later = signed_in_as(held.clinician).get(page(held))
    form = later.context["form"]
    assert {name: form[name].value() for name in typed} == typed
    assert set(form.errors) == {"score_hit6"}
    assert "As you left it at" in later.content.decode()
    assert Consultation.objects.get(pk=held.pk).scores.count() == 0


def test_another_clinician_sees_whose_text_it_is(held: Consultation) -> None:
    keep(signed_in_as(held.clinician), held, {"history": "Since 2015"})
    answer = signed_in_as(a_user(name="Other")).get(page(held))
    assert "Jigna Vasavada typed here at" in answer.content.decode()
    assert answer.context["form"]["history"].value() == "Since 2015"


def test_no_manager_and_no_stranger_reads_what_is_not_saved(held: Consultation) -> None:
    keep(signed_in_as(held.clinician), held, {"history": "Since 2015"})
    assert "Since 2015" not in signed_in_as(a_user(Role.MANAGER)).get(page(held)).content.decode()
    stranger = signed_in_as(a_user(location=a_location("Elsewhere")))
    assert stranger.get(page(held)).status_code == 404
    assert keep(stranger, held, {"history": "x"}).status_code == 404


def test_save_after_the_session_ran_out_leads_back_to_the_text(held: Consultation) -> None:
    """BTX-095 (a): the press meets the sign-in; signed in again, its address leads to the page as it was typed."""
    client = signed_in_as(held.clinician)
    keep(client, held, {"history": "Since 2015"})
    client.logout()
    sent = press(client, held, {"history": "Since 2015"})
    assert sent.status_code == 302
    assert "/sign-in/" in sent["Location"]
    client.force_login(held.clinician)
    back = client.get(reverse("treatments:consultation_save", args=[held.public_id]), follow=True)
    assert back.context["form"]["history"].value() == "Since 2015"


def test_an_old_token_hands_everything_back(held: Consultation) -> None:
    """BTX-095 (b): a sign-in in tab two makes the token of tab one old; the save there is handed back, then taken."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(held.clinician)
    first = client.get(page(held)).content.decode()
    token = first.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    client.logout()
    client.force_login(held.clinician)
    client.cookies.pop("csrftoken", None)
    client.get(page(held))
    address = reverse("treatments:consultation_save", args=[held.public_id])
    typed = {"history": "Since 2015", "version": "1", "revision": "0", "csrfmiddlewaretoken": token}
    refused = client.post(address, typed, headers={"Origin": "http://testserver"})
    assert refused.status_code == 403
    assert ("history", "Since 2015") in refused.context["fields"]
    again = client.post(
        address, typed | {"csrfmiddlewaretoken": str(refused.context["token"])}, headers={"Origin": "http://testserver"}
    )
    assert again.status_code == 302
    assert Consultation.objects.get(pk=held.pk).history == "Since 2015"


def test_two_tabs_lose_nothing(held: Consultation) -> None:
    """BTX-094: what one tab typed is not overwritten by the other; its save shows both."""
    one, two = signed_in_as(held.clinician), signed_in_as(held.clinician)
    keep(one, held, {"history": "Tab one", "examination": "Temples"})
    refused = keep(two, held, {"history": "Tab two"})
    assert (refused.status_code, refused.json()["state"]) == (409, "changed")
    base = json.dumps({"history": "", "examination": ""})
    both = press(two, held, {"history": "Tab two", "base": base})
    assert both.status_code == 409
    assert {(item["label"], item["theirs"], item["typed"]) for item in both.context["meanwhile"]} == {
        ("History", "Tab one", "Tab two"),
        ("Examination", "Temples", None),
    }
    marks = {"version": both.context["version"], "revision": both.context["revision"]}
    press(two, held, {"history": "Both", "examination": "Temples"} | {name: str(mark) for name, mark in marks.items()})
    assert Consultation.objects.get(pk=held.pk).history == "Both"


def test_save_whose_last_keeping_was_not_answered_is_no_conflict(held: Consultation) -> None:
    client = signed_in_as(held.clinician)
    typed = {"history": "Since 2015", "version": "1", "revision": "0"}
    keep(client, held, typed)
    assert press(client, held, typed).status_code == 302


def test_what_a_save_refuses_is_kept_too(held: Consultation) -> None:
    client = signed_in_as(held.clinician)
    press(client, held, {"condition": "chronic_migraine", "score_hit6": "35", "history": "Long story"})
    assert client.get(page(held)).context["form"]["history"].value() == "Long story"


def test_keeping_after_the_signature_says_who_signed_and_loses_nothing(held: Consultation) -> None:
    client = signed_in_as(held.clinician)
    press(client, held, {"decision": "treat", "sign": "sign"})
    refused = keep(client, held, {"history": "late"}, version=2)
    assert (refused.status_code, refused.json()["state"]) == (409, "signed")
    assert "Jigna Vasavada" in refused.json()["words"]


def test_discard_asks_for_the_state_that_was_looked_at(held: Consultation) -> None:
    client = signed_in_as(held.clinician)
    keep(client, held, {"history": "Since 2015"})
    address = reverse("treatments:consultation_discard", args=[held.public_id])
    client.post(address, {"version": 1, "revision": 0})
    assert client.get(page(held)).context["form"]["history"].value() == "Since 2015"
    client.post(address, {"version": 1, "revision": 1})
    assert client.get(page(held)).context["form"]["history"].value() == ""


def test_findings_follow_what_is_typed(held: Consultation) -> None:
    client = signed_in_as(held.clinician)
    keep(client, held, {"confirmed_s05_dysphagia": "yes"})
    flagged = client.get(page(held)).context["flagged"]
    assert [(item.row.question.key, item.state) for item in flagged] == [("s05_dysphagia", "confirmed")]


def test_nul_and_half_a_surrogate_make_no_fault(held: Consultation) -> None:
    assert keep(signed_in_as(held.clinician), held, {"history": "a\x00b"}).status_code == 200


def test_addendum_stands_beside_the_signed_text(held: Consultation) -> None:
    client = signed_in_as(held.clinician)
    address = reverse("treatments:consultation_addendum", args=[held.public_id])
    assert client.post(address, {"text": "Too early"}).status_code == 404
    press(client, held, {"decision": "treat", "sign": "sign"})
    assert client.post(address, {"text": " "}).status_code == 422
    client.post(address, {"text": "Rang the next day: well."})
    added = ConsultationAddendum.objects.get()
    assert (added.text, added.by) == ("Rang the next day: well.", held.clinician)
    assert "Rang the next day: well." in signed_in_as(a_user(Role.MANAGER)).get(page(held)).content.decode()
