"""Walks over every page that a patient opens, in a browser that notes what stays English."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from clinic.lib import clock
from clinic.staff.models import Role, User
from patients.consents import wording_for
from patients.link_check import code_of
from patients.links import make_link, revoke_links
from patients.models import AccessLink, Consent, Intake
from patients.questionnaire import publish, steps_of
from patients.reminders import own_page_link
from scheduling.booking import cancel
from scheduling.models import AppointmentType, HeldTime, Knock, OnlineRequest, ProviderHours, SlotOffer, WaitingEntry
from tests.clinic.world import World
from tests.patients.intake_making import BORN, SAMPLE, invited, token_of, typed_for
from tests.scheduling.online_making import TYPED
from tests.tongues.browsing import Browser
from treatments.formulary import shipped_document
from treatments.leaflets import leaflets_in

TRIES: tuple[dict[str, Any], ...] = (
    {"how": "birth"},
    {"how": "birth", "born_year": "84"},
    BORN | {"born_year": "1971"},
    {"how": "send_code"},
    {"how": "code", "code": "1"},
)
"""To be recognised, each wrong."""


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


WALKS = (
    fill_in, see_their_own, on_the_tablet, agree, visit, tell, choose, book_on_the_web, change, read_up, come_too_late,
    answer_an_offer,
)  # fmt: skip
"""In an order in which none takes away what a later one needs."""
