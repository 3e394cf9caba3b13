"""Every registered letter in every language: discreet, complete, the same as text and as HTML, its links open."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from clinic.lib.languages import speaking
from clinic.lib.plain import inbox_line
from clinic.locations.models import Location
from clinic.outbox import registry
from clinic.outbox.deeds import owe
from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient, Rendered
from clinic.staff.links import make_link
from clinic.staff.models import LinkPurpose, User
from patients.letters import PatientLetter
from patients.models import AccessLink, Patient
from patients.reminders import Reminder
from scheduling import samples
from scheduling.models import OnlineRequest
from tests.clinic.clinical_words import clinical_words_in
from tests.clinic.world import World
from tests.scheduling.online_making import asked_on_the_web

LANGUAGES = ("en", "hi", "gu")
KINDS = sorted(samples.FORMS)
URL = re.compile(r"https?://[^\s<>\"]+")
ASKS_HOW_SOMEBODY_IS = ("aftercare", "check_in")
UNRESOLVED = re.compile(r"\{\{|\{%|%\(|\bNone\b")
ABOUT = {
    "appointment_confirmed": "visit",
    "appointment_moved": "visit",
    "appointment_cancelled": "visit",
    "appointment_reminder": "visit",
    "intake_nudge": "visit",
    "slot_offered": "offer",
    "aftercare": "signed",
    "check_in": "signed",
    "follow_up_due": "follow_up",
    "correction_answered": "correction",
}
STAFF_LINKS = {"staff_invitation": LinkPurpose.INVITATION, "staff_password": LinkPurpose.PASSWORD}
OF_THE_PATIENT = {"consents_link", "own_page"}
STEPS = {"check_in": "42", "follow_up_due": "1"}


def sentences(html: str) -> set[str]:
    """What a reader of the HTML sees, piece by piece, without what stands in the text part in another way or not."""
    shown = re.sub(r"<(style|title)\b.*?</\1>", "", html, flags=re.DOTALL)
    shown = re.sub(r'<(div|p|td)\b[^>]*data-text="no".*?</\1>', "", shown, flags=re.DOTALL)
    pieces = re.split(r"<(?!/?(?:b|a)\b)[^>]*>", shown)
    return {said for piece in pieces if (said := " ".join(unescape(re.sub(r"<[^>]*>", "", piece)).split()))}


def discreet(said: Rendered) -> dict[str, list[str]]:
    """The clinical words in what others see of a letter."""
    seen = {"subject": said.subject, "inbox": inbox_line(said.html), "sender": said.from_name}
    seen |= {url: re.sub(r"[\w-]{32}", "", url) for url in URL.findall(said.text)}
    return {where: words for where, text in seen.items() if (words := clinical_words_in(text))}


def test_no_registered_letter_lacks_a_sample() -> None:
    ours = {slug for slug in registry.known_kinds() if not slug.startswith("test_")}
    assert ours == set(KINDS)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", KINDS)
def test_letter_is_discreet_complete_and_one_text(slug: str) -> None:
    forms = [(said, language) for language in LANGUAGES for _, said in samples.in_language(slug, language)]
    for said, spoken in forms:
        assert discreet(said) == {}
        assert inbox_line(said.html)
        for part in (said.subject, said.text, said.html):
            assert not UNRESOLVED.search(part)
        text = " ".join(said.text.split())
        missing = [piece for piece in sentences(said.html) if piece.rstrip(":") not in text]
        assert missing == []
        links = {unescape(url) for url in re.findall(r'href="(https?://[^"]+)"', said.html)}
        assert links == set(URL.findall(said.text))
        assert re.search(rf'<html[^>]* lang="{spoken}"|<html[^>]* lang="en"', said.html)
        assert "<img" not in said.html
        if slug in ASKS_HOW_SOMEBODY_IS:
            assert "112" in said.text


@pytest.mark.django_db
def test_a_clinical_word_would_be_found() -> None:
    (_sample, said) = samples.in_language("check_in", "en")[0]
    spoilt = Rendered(
        subject="Your injection",
        text="https://clinic.example/botox/1/",
        html='<div class="preview">Against your migraines</div>',
        from_name="Pain Clinic",
    )
    assert discreet(spoilt) == {
        "subject": ["injection"],
        "inbox": ["migraine"],
        "sender": ["pain"],
        "https://clinic.example/botox/1/": ["botox"],
    }
    assert clinical_words_in("आपका इंजेक्शन") == ["इंजेक्शन"]
    assert clinical_words_in("આપનો દુખાવો") == ["દુખાવો"]
    assert "Nobody watches this mailbox" in said.text


def promised(the: World, slug: str) -> Letter:
    """A letter of that kind about something of the world."""
    here, now = the.here, the.now
    if slug in ABOUT:
        about: Any = getattr(here, ABOUT[slug])
        return owe(slug, about=about, person=about.patient, due_at=now, edition="0", step=STEPS.get(slug, ""))
    if slug == "link_code":
        link = AccessLink.objects.filter(purpose="intake").latest("pk")
        return owe(slug, about=link, person=link.patient, due_at=now, edition="1")
    if slug in OF_THE_PATIENT:
        return owe(slug, about=here.patient, person=here.patient, due_at=now, edition="1")
    if slug == "booking_code":
        asked = asked_on_the_web(here.location, now, codes_sent=1, code_until=now + timedelta(minutes=15))
        return owe(slug, about=asked, person=asked, due_at=now, edition="1")
    if slug in STAFF_LINKS:
        held = make_link(user=here.colleague, purpose=STAFF_LINKS[slug], now=now)
        return owe(slug, about=held, person=here.colleague, due_at=now)
    newest: Letter = Letter.objects.of_kind(slug).newest_first()[0]
    return newest


@pytest.mark.parametrize("slug", KINDS)
def test_letter_as_sent_is_like_its_sample_and_opens_what_it_links(the: World, settings: Any, slug: str) -> None:
    settings.PUBLIC_URL = "http://testserver"
    Location.objects.update(phone="+91 98765 00123", address="12 Neem Road")
    Patient.objects.update(email_is_shared=True, email="family@patients.example")
    kind, promise = registry.kind_for(slug), promised(the, slug).promise
    recipient = kind.recipient(promise, now=the.now)
    assert isinstance(recipient, Recipient)
    for language in LANGUAGES:
        with speaking(language):
            said = kind.render(promise, recipient, links=Links(), now=the.now)
            unsubscribe = kind.list_unsubscribe(promise, links=Links(), now=the.now)
        assert discreet(said) == {}
        assert shape(said) in {shape(other) for _sample, other in samples.in_language(slug, language)}
        assert (unsubscribe in said.text) if isinstance(kind, Reminder) and unsubscribe else unsubscribe is None
    if isinstance(kind, PatientLetter):
        reader: type[Any] = OnlineRequest if slug == "booking_code" else Patient
        patient = reader.objects.get(public_id=promise.person)
        assert (patient.given_name in said.text) is (slug != "booking_code")  # that name a stranger wrote
        assert patient.family_name
        assert patient.family_name not in said.text + said.html + said.subject
    browser = Client() if isinstance(kind, PatientLetter) else the.browser(User.objects.get(public_id=promise.person))
    for url in URL.findall(said.text):
        assert browser.get(url.removeprefix("http://testserver"), follow=True).status_code == 200, url


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "page"),
    [
        ("appointment_confirmed", "visit"),
        ("appointment_moved", "visit"),
        ("appointment_reminder", "visit"),
        ("aftercare", "after"),
    ],
)
def test_letter_leads_to_what_there_is_to_read_and_to_the_patients_page(slug: str, page: str) -> None:
    for language in LANGUAGES:
        for _sample, said in samples.in_language(slug, language):
            assert f"https://clinic.example/read/{samples.NOWHERE}/{page}/?lang={language}" in said.text
            assert "https://clinic.example/own/" in said.text


@pytest.mark.django_db
def test_every_reminder_can_be_stopped_and_nothing_else_can() -> None:
    stoppable = {slug for slug in KINDS if isinstance(registry.kind_for(slug), Reminder)}
    assert stoppable == {"appointment_reminder", "check_in", "follow_up_due"}
    for slug in KINDS:
        said = samples.in_language(slug, "en")[0][1]
        assert ("Stop these reminders: https://clinic.example/stop/" in said.text) is (slug in stoppable)


def shape(said: Rendered) -> tuple[int, frozenset[str]]:
    """How a letter is built: its paragraphs and what its links are for."""
    kinds = frozenset(url.split("/")[3] for url in URL.findall(said.text))
    return len(re.findall("<(?:p|h1|h2|table)[ >]", said.html)), kinds
