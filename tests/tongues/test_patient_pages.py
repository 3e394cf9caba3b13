"""Every page and letter that a patient opens, read in Hindi and Gujarati: no English word is left on it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from clinic.lib import clock
from clinic.lib.management.commands.prepare_files import compile_catalogue
from clinic.locations.models import Location
from clinic.staff.models import Role, User
from patients.consents import wording_for
from patients.letters import PatientLetter
from patients.link_check import code_of
from patients.links import make_link, revoke_links
from patients.models import AccessLink, Consent, Intake, Patient
from patients.questionnaire import publish, steps_of
from patients.reminders import own_page_link
from scheduling import samples
from scheduling.booking import cancel
from scheduling.models import AppointmentType, HeldTime, Knock, OnlineRequest, ProviderHours, SlotOffer, WaitingEntry
from tests.clinic.world import World
from tests.patients.intake_making import BORN, OF_THEMSELVES, SAMPLE, invited, token_of, typed_for
from tests.scheduling.online_making import TYPED
from tests.tongues import collecting
from tests.tongues.reading import english_in, read
from tests.tongues.scope import TEMPLATES
from treatments.formulary import shipped_document
from treatments.leaflets import leaflets_in

LANGUAGES = collecting.LANGUAGES
SAMPLES = (samples.NAME, samples.CLINICIAN, "Kadamb Clinic", "12 Neem Road, Ahmedabad")
TRIES: tuple[dict[str, Any], ...] = (
    {"how": "birth"},
    {"how": "birth", "born_year": "84"},
    BORN | {"born_year": "1971"},
    {"how": "send_code"},
    {"how": "code", "code": "1"},
)
"""To be recognised, each wrong."""
FRAMED = {
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if 'extends "base_patient.html"' in path.read_text(encoding="utf-8")
}
"""Every page in a patient's frame: each must be met below, also one that is made tomorrow."""


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    for language in LANGUAGES:
        compile_catalogue(collecting.source_of(language))


class Browser:
    """Opens pages and notes what was drawn and what stayed English."""

    def __init__(self, language: str, names: list[str]) -> None:
        self.client = Client(headers={"Accept-Language": language})
        self.language, self.names = language, names
        self.drawn: set[str] = set()
        self.english: dict[str, list[str]] = {}

    def see(self, response: Any) -> Any:
        """Read a page."""
        self.drawn |= {template.name for template in response.templates if template.name}
        if response.status_code == 302:
            return response
        spoken, said = read(response.text)
        left = list(english_in(said, self.names))
        if left or spoken != self.language:
            self.english[f"{response.request['PATH_INFO'][:20]} {spoken}"] = left
        return response

    def get(self, name: str, *args: str) -> Any:
        return self.see(self.client.get(reverse(name, args=args)))

    def post(self, name: str, /, *args: str, **typed: Any) -> Any:
        return self.see(self.client.post(reverse(name, args=args), typed))


@pytest.fixture(params=LANGUAGES)
def browser(request: pytest.FixtureRequest, the: World) -> Browser:
    """Somebody whose record, form and browser are in that language."""
    Patient.objects.update(language=request.param)
    Location.objects.update(phone="+91 98765 00123", address="12 Neem Road")
    AppointmentType.objects.update(public_name="Phone call")
    names = [str(SAMPLE["text"]), *(user.full_name for user in User.objects.all())]
    names += [f"{place.name} {place.sender_name} {place.address}" for place in Location.objects.all()]
    names += [patient.name for patient in Patient.objects.all()]
    names += [kind.name for kind in AppointmentType.objects.all()]
    names += [TYPED["email"], TYPED["given_name"], TYPED["family_name"], "Kathmandu", "name@mail.example"]
    names += [OF_THEMSELVES["about_given_name"], "One name only"]
    return Browser(request.param, names)


def fill_in(browser: Browser, the: World) -> None:
    """The form from the first page to the thanks, with every mistake on the way."""
    now = clock.now()
    publish(shipped_document("screening")["questions"], now=now)
    intake = invited(now, name="Meena", family="Trivedi", at=the.here.location, language=browser.language)
    Intake.objects.filter(pk=intake.pk).update(language=browser.language)
    intake.refresh_from_db()
    token = token_of(intake, now)
    browser.get("patients:intake_open", token)
    browser.post("patients:intake_open", token)
    for step in steps_of(intake.questionnaire):
        browser.get("patients:intake_step", token, step.id)
        browser.post("patients:intake_step", token, step.id, go="next")
        every = {one.id: [option.id for option in one.options] for one in step.questions if one.id == "what_for"}
        browser.post("patients:intake_step", token, step.id, **typed_for(step, **every))  # so each part is asked
    browser.get("patients:intake_open", token)
    browser.get("patients:intake_left", token)
    browser.get("patients:intake_letter", token)
    browser.post("patients:intake_letter", token)
    browser.post("patients:intake_send", token)
    other = Browser(browser.language, browser.names)
    for typed in TRIES:
        other.post("patients:intake_who", token, **typed)
    browser.english |= other.english
    browser.drawn |= other.drawn
    browser.get("patients:intake_send", token)
    browser.post("patients:intake_send", token, go="send", confirmed="yes")
    browser.get("patients:intake_sent")
    browser.get("patients:intake_open", token)


def on_the_tablet(browser: Browser, the: World) -> None:
    """The form handed over at the desk, left, and closed."""
    asked = invited(clock.now(), name="Meena", family="Trivedi", at=the.here.location, language=browser.language)
    tablet = Browser(browser.language, browser.names)
    tablet.client.force_login(User.objects.filter(role="front_desk", locations=the.here.location)[0])
    tablet.post("patients:tablet_hand_over", str(asked.patient.public_id))
    tablet.get("patients:tablet")
    tablet.get("patients:tablet_step", "about")
    tablet.get("patients:tablet_letter")
    tablet.post("patients:tablet_letter")
    tablet.get("patients:tablet_back")
    tablet.post("patients:tablet_back")
    tablet.get("patients:tablet")
    browser.english |= tablet.english
    browser.drawn |= tablet.drawn


def agree(browser: Browser, the: World) -> None:
    """Each consent read, refused, signed with every mistake, taken back; by link, and on the clinic's tablet."""
    patient, token = the.here.patient, the.here.tokens["consents_link"]
    browser.get("patients:consents_link", token)
    for typed in TRIES:
        browser.post("patients:consents_who", token, **typed)
    code = code_of(AccessLink.objects.get(purpose="consents", patient=patient))
    assert browser.post("patients:consents_who", token, how="code", code=code).status_code == 302
    for kind in ("data_use", "photography", "reminders", "before_visit", "check_ins"):
        words = str(wording_for(kind, browser.language).public_id)
        browser.get("patients:consents_sign", token, words)
        browser.post("patients:consents_sign", token, words, signer="guardian", answer="yes", strokes="x")
        browser.post("patients:consents_sign", token, words, signer="patient", name="Roshni", answer="yes")
        browser.post("patients:consents_sign", token, words, signer="patient", name=patient.name, answer="yes")
        browser.get("patients:consents_link", token)
    given = str(Consent.objects.filter(patient=patient, kind="photography")[0].public_id)
    browser.get("patients:consents_withdraw", token, given)
    browser.post("patients:consents_withdraw", token, given)
    browser.post("patients:consents_withdraw", token, given)
    browser.get("patients:consents_link", token)
    tablet = Browser(browser.language, browser.names)
    tablet.client = the.browser(Role.FRONT_DESK)
    sign = reverse("patients:consent_sign", args=[patient.public_id, words])
    tablet.see(tablet.client.post(sign, {"signer": "patient", "witness": "Roshni", "answer": "yes"}))
    tablet.see(tablet.client.get(f"{sign}?signed=1"))
    browser.english |= tablet.english
    browser.drawn |= tablet.drawn


def visit(browser: Browser, the: World) -> None:
    """Confirm, find it cancelled, book the next."""
    here, tokens = the.here, the.here.tokens
    browser.get("scheduling:confirm_visit", tokens["visit_link"])
    browser.post("scheduling:confirm_visit", tokens["visit_link"], seen="99")
    browser.post("scheduling:confirm_visit", tokens["visit_link"], seen=str(here.visit.sequence))
    shown = browser.get("scheduling:book_by_link", tokens["book_link"])
    slot = shown.context["parts"][0].times[0].value
    browser.post("scheduling:book_by_link", tokens["book_link"], slot="nothing")
    browser.post("scheduling:book_by_link", tokens["book_link"], slot=slot)
    browser.post("scheduling:book_by_link", tokens["book_link"], slot=slot, confirm="1")
    browser.get("scheduling:book_by_link", tokens["book_link"])


def answer_an_offer(browser: Browser, the: World) -> None:
    """A time that came free: looked at, held, refused, left; taken by somebody else, taken, and pressed again."""
    here, there = the.here.tokens["offer_link"], the.there.tokens["offer_link"]
    address, elsewhere = "scheduling:slot_offer", the.there.offer
    browser.get(address, here)
    ProviderHours.objects.update(valid_until=the.now.date() - timedelta(days=9))
    browser.get(address, here)
    ProviderHours.objects.update(valid_until=None)
    SlotOffer.objects.filter(pk=elsewhere.pk).update(state="gone", ended_at=the.now)
    browser.get(address, there)
    WaitingEntry.objects.filter(pk=the.there.waiting.pk).update(state="booked", visit=the.there.visit, ended_at=the.now)
    browser.get(address, there)
    browser.post(address, here, answer="take")
    browser.post(address, here, answer="take")
    WaitingEntry.objects.filter(pk=the.there.waiting.pk).update(state="waiting", visit=None, ended_at=None)
    SlotOffer.objects.filter(pk=elsewhere.pk).update(state="open", ended_at=None)
    browser.post(address, there, answer="decline")
    AccessLink.objects.filter(about_public_id=elsewhere.public_id).update(expires_at=clock.now())
    browser.get(address, there)
    AccessLink.objects.filter(about_public_id=elsewhere.public_id).update(expires_at=the.now + timedelta(days=1))
    browser.post(address, there, answer="leave")


def tell(browser: Browser, the: World) -> None:
    """The advice, the questions after a visit, and both answers to what cannot wait."""
    tokens = the.here.tokens
    browser.get("scheduling:aftercare", tokens["advice_link"])
    browser.get("scheduling:check_in", tokens["check_in_link"])
    browser.post("scheduling:check_in", tokens["check_in_link"], press="none", words="१" * 9000)
    browser.post("scheduling:check_in", tokens["check_in_link"], symptoms=["choking"], press=str(uuid4()))
    browser.post("scheduling:check_in", tokens["check_in_link"], symptoms=["hoarse_voice"], press=str(uuid4()))
    browser.get("scheduling:check_in", tokens["check_in_link"])
    browser.post("scheduling:check_in", the.there.tokens["check_in_link"], press=str(uuid4()))


def choose(browser: Browser, the: World) -> None:
    """What is mailed, stopped and begun again."""
    stop, wishes = the.here.tokens["stop_link"], the.here.tokens["preferences_link"]
    browser.get("patients:stop_reminders", stop)
    browser.post("patients:stop_reminders", stop)
    browser.post("patients:stop_reminders", stop, again="check_ins")
    browser.get("patients:preferences", wishes)
    browser.post("patients:preferences", wishes, language=browser.language, topics=["check_ins"])
    browser.post("patients:preferences", wishes, language="xx")
    browser.post("patients:preferences", wishes, stop="all")


def change(browser: Browser, the: World) -> None:
    """A visit moved by its link, each page on the way, and another cancelled."""
    here, there = the.here, the.there
    token = here.tokens["manage_link"]
    browser.get("scheduling:manage_visit", token)
    browser.post("scheduling:manage_visit", token, do="cancel", words="१" * 300, seen="0")
    browser.post("scheduling:manage_visit", token, do="cancel", seen="99")
    browser.post("scheduling:manage_visit", token, do="confirm", seen=str(here.visit.sequence))
    shown = browser.get("scheduling:move_visit", token)
    slot = shown.context["parts"][0].times[0].value
    browser.post("scheduling:move_visit", token, slot="nothing")
    browser.post("scheduling:move_visit", token, slot=slot)
    browser.post("scheduling:move_visit", token, slot=slot, confirm="1", seen=str(here.visit.sequence))
    browser.get("scheduling:manage_visit", token)
    AppointmentType.objects.update(change_hours=900)
    browser.get("scheduling:manage_visit", there.tokens["manage_link"])
    browser.get("scheduling:move_visit", there.tokens["manage_link"])
    AccessLink.objects.filter(purpose="manage-visit", patient=there.patient).update(about_public_id=uuid4())
    browser.get("scheduling:manage_visit", there.tokens["manage_link"])
    AppointmentType.objects.update(change_hours=0)
    until = the.now + timedelta(days=9)
    again = make_link(purpose="manage-visit", patient=here.patient, about=here.visit, now=the.now, expires_at=until)[1]
    browser.post("scheduling:manage_visit", again, do="cancel", seen="1")


def book_on_the_web(browser: Browser, the: World) -> None:
    """Without a link: nothing open, then each step with its mistakes, and too many of them."""
    place = str(the.here.location.public_id)
    browser.get("scheduling:online_choose", place)
    AppointmentType.objects.update(is_online=True)
    browser.get("scheduling:online_choose", place)
    kind = AppointmentType.objects.get(kind="consultation")
    address = f"{reverse('scheduling:online_choose', args=[place])}?type={kind.public_id}&zone=Asia/Kathmandu"
    shown = browser.see(browser.client.get(address))
    slot = shown.context["parts"][0].times[0].value
    browser.see(browser.client.post(address, {"slot": "nothing"}))
    browser.see(browser.client.post(address, {"slot": slot}))
    yours = ("scheduling:online_yours", place)
    browser.get(*yours)
    browser.see(browser.client.get(address))
    browser.post(*yours, do="details", phone="12", email="x", born_year="84", note="१" * 400)
    browser.post(*yours, do="details", given_name="१" * 300, family_name="\u202e", phone="9" * 40, born_year="2199")
    browser.post(*yours, **TYPED)
    browser.get(*yours)
    browser.post(*yours, do="code", code="1")
    browser.post(*yours, do="again")
    OnlineRequest.objects.filter(appointment=None).update(proven_at=clock.now())
    HeldTime.objects.update(held_at=the.now - timedelta(hours=1), until=the.now - timedelta(minutes=50))
    browser.get(*yours)
    browser.post(*yours, do="book")
    browser.get(*yours)
    Knock.objects.update(count=10_000)
    browser.get("scheduling:online_choose", place)


def see_their_own(browser: Browser, the: World) -> None:
    """The patient's page before and behind the code, what is asked for there, closed; and the link asked for."""
    place = str(the.here.location.public_id)
    link, token = own_page_link(the.here.patient, now=clock.now())
    browser.get("scheduling:own_page", token)
    for typed in ({"how": "send_code"}, {"how": "code", "code": "1"}):
        browser.post("scheduling:own_page_check", token, **typed)
    browser.post("scheduling:own_page_check", token, how="code", code=code_of(link))
    browser.get("scheduling:own_page", token)
    browser.get("scheduling:own_page_correct", token)
    browser.post("scheduling:own_page_correct", token)
    browser.post("scheduling:own_page_correct", token, part="name", words=str(SAMPLE["text"]))
    browser.get("scheduling:own_page", token)
    browser.post("scheduling:own_page_close", token)
    browser.get("scheduling:own_page_ask", place)
    for email in ("", "no address", "name@mail.example"):
        browser.post("scheduling:own_page_ask", place, email=email)


def read_up(browser: Browser, the: World) -> None:
    """What anybody may read, each page."""
    place = the.here.location
    browser.get("leaflets:contents", str(place.public_id))
    for leaflet in leaflets_in(browser.language):
        browser.get("leaflets:leaflet", str(place.public_id), leaflet.slug)


def come_too_late(browser: Browser, the: World) -> None:
    """Links that end, one that never was, a page sent after its cookie went, and nothing at all."""
    tokens = the.here.tokens
    cancelled = the.there
    cancel(appointment=cancelled.visit, reason="other", by=cancelled.doctor, now=the.now)
    browser.get("scheduling:confirm_visit", cancelled.tokens["visit_link"])
    AccessLink.objects.filter(purpose="confirm-visit", patient=the.here.patient).update(about_public_id=uuid4())
    browser.get("scheduling:confirm_visit", tokens["visit_link"])
    browser.get("scheduling:aftercare", "nothing-like-this")
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": browser.language})
    address = reverse("patients:preferences", args=[tokens["preferences_link"]])
    browser.see(strict.post(address, {"language": "gu", "csrfmiddlewaretoken": "a" * 64}))
    AccessLink.objects.filter(purpose="aftercare").update(expires_at=the.now + timedelta(milliseconds=1))
    browser.get("scheduling:aftercare", tokens["advice_link"])
    revoke_links(about=the.here.follow_up, because="booked", now=the.now, purposes={"book"})
    browser.get("scheduling:book_by_link", tokens["book_link"])
    AccessLink.objects.filter(purpose="book", patient=the.there.treated).update(about_public_id=uuid4())
    browser.get("scheduling:book_by_link", the.there.tokens["book_link"])
    browser.see(browser.client.get("/nothing/is/here/"))


def test_no_english_is_left_on_any_page_that_a_patient_opens(browser: Browser, the: World) -> None:
    for walk in (
        fill_in,
        see_their_own,
        on_the_tablet,
        agree,
        visit,
        tell,
        choose,
        book_on_the_web,
        change,
        read_up,
        come_too_late,
        answer_an_offer,
    ):
        walk(browser, the)
    assert browser.english == {}
    assert FRAMED - browser.drawn == set()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_in_any_letter(language: str) -> None:
    left: dict[str, list[str]] = {}
    for kind in samples.letters():
        if not isinstance(kind, PatientLetter):
            continue
        for _sample, letter in samples.in_language(kind.slug, language):
            spoken, said = read(letter.html)
            found = list(english_in([letter.subject, *said, *strip_tags(letter.text).splitlines()], SAMPLES))
            if found or spoken != language:
                left[kind.slug] = found
    assert left == {}


def test_a_word_of_english_would_be_seen() -> None:
    page = '<html lang="gu"><p lang="en">English</p><p aria-label="Close">બંધ કરો</p><b>Sorry</b><p>Rekha</p></html>'
    spoken, said = read(page)
    assert spoken == "gu"
    assert list(english_in(said, ["Rekha Parmar"])) == ["Close", "Sorry"]
