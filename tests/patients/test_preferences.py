"""What a patient wishes to hear: each topic a consent of its own, read when a letter goes, with a way back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.links import Links
from clinic.outbox.registry import Recipient, Suppressed
from patients import hooks
from patients.models import Consent, Patient
from patients.preferences import Wishes, choose, resume_reminders, stop_reminders
from patients.registration import PersonFacts, amend
from patients.reminders import preferences_href, stop_href, wants, who_wants
from patients.topics import Topic
from tests.patients.making import client_of, member, person, typed

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
ALL = frozenset(Topic)


@pytest.fixture
def asha(time_machine: Any) -> Patient:
    time_machine.move_to(NOW, tick=False)
    return person(email="asha@patients.example")


def page(patient: Patient, href: Any = preferences_href) -> str:
    return "/" + str(href(patient, links=Links(), now=NOW)).split("/", 3)[3]


def consents(patient: Patient) -> list[tuple[str, bool]]:
    return list(Consent.objects.filter(patient=patient).order_by("pk").values_list("kind", "is_given"))


@pytest.mark.parametrize("topic", Topic)
def test_a_topic_taken_back_is_a_consent_refused_and_sends_no_letter_of_its_kind(asha: Patient, topic: Topic) -> None:
    found = Recipient(address=asha.email, name="Asha", language="en")
    assert who_wants(asha, topic, found) != found  # waking hours stand in it
    wishes = Wishes(topics=ALL - {topic}, language="en", email_is_shared=False)
    assert choose(patient=asha, wishes=wishes, by=None, now=NOW).topics == ALL
    assert [wants(asha, one) for one in Topic] == [one != topic for one in Topic]
    no = who_wants(asha, topic, found)
    assert isinstance(no, Suppressed)
    assert (no.reason, no.where) == ("opted_out", "call_list")
    assert consents(asha) == [(topic, False)]


def test_choosing_the_same_again_writes_nothing(asha: Patient) -> None:
    before = Entry.objects.count()
    wishes = Wishes.of(asha)
    assert choose(patient=asha, wishes=wishes, by=None, now=NOW) == wishes
    assert (consents(asha), Entry.objects.count()) == ([], before)


def test_stop_and_undo_bring_back_what_was_wanted(asha: Patient) -> None:
    choose(
        patient=asha,
        wishes=Wishes(topics=frozenset({Topic.CHECK_INS}), language="en", email_is_shared=False),
        by=None,
        now=NOW,
    )
    wanted = stop_reminders(patient=asha, by=None, now=NOW)
    assert wanted == {Topic.CHECK_INS}
    assert not Wishes.of(asha).topics
    resume_reminders(patient=asha, by=None, now=NOW, topics=wanted)
    assert Wishes.of(asha).topics == {Topic.CHECK_INS}
    assert consents(asha)[-2:] == [("check_ins", False), ("check_ins", True)]


def test_without_the_words_a_stop_counts_all_the_same(asha: Patient) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("ALTER TABLE patients_consenttext DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM patients_consenttext WHERE kind = 'check_ins'")
        cursor.execute("RESET ROLE")
    stop_reminders(patient=asha, by=None, now=NOW)
    assert Wishes.of(asha).topics == frozenset()


def test_apps_above_hear_of_topics_and_not_of_a_language(asha: Patient) -> None:
    heard: list[bool] = []
    hook = lambda *, patient, by, now: heard.append(patient.wants_reminders)  # noqa: ARG005, E731 - a hook's shape
    hooks.on_preferences_changed.append(hook)
    try:
        choose(patient=asha, wishes=Wishes(topics=ALL, language="gu", email_is_shared=True), by=None, now=NOW)
        assert heard == []
        stop_reminders(patient=asha, by=None, now=NOW)
        assert heard == [False]
    finally:
        hooks.on_preferences_changed.remove(hook)


def test_desk_sets_each_wish_and_the_consent_names_who_took_it(asha: Patient) -> None:
    desk = member()
    sent = typed(email=asha.email, version="1", language="en")
    del sent["wants_check_ins"]
    assert client_of(desk).post(reverse("patients:edit", args=[asha.public_id]), sent).status_code == 302
    asha.refresh_from_db()
    assert Wishes.of(asha).topics == {Topic.NEXT_VISIT, Topic.BEFORE_VISIT}
    assert consents(asha) == [("check_ins", False)]
    assert Consent.objects.get().taken_by == desk


def test_a_new_person_wants_every_reminder_or_none(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    sent = typed(email="asha@patients.example")
    for name in ("wants_reminders", "wants_visit_reminders", "wants_check_ins"):
        del sent[name]
    client_of(member()).post(reverse("patients:new"), sent)
    assert Wishes.of(Patient.objects.get()).topics == frozenset()


def test_page_shows_what_is_wished_and_no_name(asha: Patient) -> None:
    html = Client().get(page(asha)).content.decode()
    assert html.count('name="topics"') == 3
    assert html.count("checked") == 4  # three topics, one language
    assert "Asha" not in html
    assert "patients.example" not in html


def test_page_saves_and_one_press_takes_it_back(asha: Patient) -> None:
    browser, url = Client(), page(asha)
    saved = browser.post(url, {"topics": ["check_ins"], "language": "gu", "email_is_shared": "on"})
    asha.refresh_from_db()
    assert Wishes.of(asha) == Wishes(topics=frozenset({Topic.CHECK_INS}), language="gu", email_is_shared=True)
    undo = saved.context["undo"]
    assert undo == {"topics": ["before_visit", "check_ins", "reminders"], "language": "en", "email_is_shared": False}
    back = {"undo": "1", "topics": undo["topics"], "language": "en"}
    assert browser.post(url, back).context["undo"] is None
    asha.refresh_from_db()
    assert Wishes.of(asha) == Wishes(topics=ALL, language="en", email_is_shared=False)
    assert Entry.objects.filter(verb="preferences.changed", actor="patient link").count() == 2


def test_page_stops_all_with_one_press_and_keeps_the_rest(asha: Patient) -> None:
    Client().post(page(asha), {"stop": "all", "topics": ["check_ins"], "language": "hi"})
    asha.refresh_from_db()
    assert Wishes.of(asha) == Wishes(topics=frozenset(), language="en", email_is_shared=False)


@pytest.mark.parametrize("sent", [{"topics": ["everything"], "language": "en"}, {"language": "xx"}, {}])
def test_page_takes_no_choice_that_is_none_of_ours(asha: Patient, sent: dict[str, Any]) -> None:
    browser, url = Client(), page(asha)
    answer = browser.post(url, {**sent, "wants_reminders": "", "email": "thief@elsewhere.example"})
    assert answer.status_code == 422
    assert "Please choose again" in answer.content.decode()
    asha.refresh_from_db()
    assert (Wishes.of(asha).topics, asha.email) == (ALL, "asha@patients.example")


def test_page_asks_for_the_forms_token(asha: Patient) -> None:
    assert Client(enforce_csrf_checks=True).post(page(asha), {"language": "en"}).status_code == 403


def test_one_click_needs_no_cookie_and_only_stops(asha: Patient) -> None:
    """RFC 8058 asks that a mail program may stop without a page of ours; nobody else's page may start them again."""
    mail_program, url = Client(enforce_csrf_checks=True), page(asha, stop_href)
    assert "Stop the reminders?" in mail_program.get(url).content.decode()
    stopped = mail_program.post(url, {"List-Unsubscribe": "One-Click"})
    assert "No more reminders" in stopped.content.decode()
    asha.refresh_from_db()
    assert Wishes.of(asha).topics == frozenset()
    undo = {"again": stopped.context["again"]}
    for origin in ({}, {"origin": "https://elsewhere.example"}, {"origin": "null"}):
        both = {**undo, "List-Unsubscribe": "One-Click"}
        assert mail_program.post(url, both, headers=origin).status_code == 403
    asha.refresh_from_db()
    assert Wishes.of(asha).topics == frozenset()
    again = mail_program.post(url, {**undo, "csrfmiddlewaretoken": stopped.context["csrf_token"]})
    assert "Reminders come again" in again.content.decode()
    asha.refresh_from_db()
    assert Wishes.of(asha).topics == ALL


def test_one_click_works_long_after_the_letter(asha: Patient, time_machine: Any) -> None:
    url = page(asha, stop_href)
    time_machine.move_to(NOW + timedelta(days=700), tick=False)
    assert Client().post(url).status_code == 200
    asha.refresh_from_db()
    assert not asha.wants_reminders


def test_a_stop_link_opens_no_preferences_and_the_other_way_round(asha: Patient) -> None:
    stop, choice = page(asha, stop_href).split("/")[-2], page(asha).split("/")[-2]
    assert Client().get(reverse("patients:preferences", args=[stop])).status_code == 404
    assert Client().post(reverse("patients:stop_reminders", args=[choice])).status_code == 404


def test_amending_a_name_records_no_consent(asha: Patient) -> None:
    facts = PersonFacts.of(asha)
    amend(patient=asha, seen_version=1, facts=facts, by=member(), now=NOW)
    assert consents(asha) == []
