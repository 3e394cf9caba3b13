"""A patient chokes at home: the page says whom to call, the clinician is told at night, and somebody sees to it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.links import make_link
from tests.browsing import PASSWORD, sign_in
from tests.journeys.letters import arrived, links_of, text_of
from tests.journeys.looking import Eyes, window
from tests.journeys.phone_steps import link_in, looking_changes_nothing
from tests.journeys.running import Running
from tests.outbox.sink import Sink
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession, ReportAnswer, SymptomReport

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doctor() -> User:
    user = a_user(name="Dr Zala")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    return signed(ready_to_sign(doctor, timezone.now(), email="meenal@patients.example"), doctor, timezone.now())


def asked(clinic: Running, sink: Sink) -> str:
    """The link of the first check-in: three days on, at half past ten."""
    then = (timezone.now() + timedelta(days=3)).replace(hour=5, minute=0)
    clinic.manage("work_letters", "--now", then.isoformat())
    return link_in(arrived(sink, "How are you?"), "/c/")


def tick_choking(page: Page) -> None:
    """Tick it: the number to call is there before anything is sent."""
    expect(page.locator(".call-now")).to_be_hidden()
    page.get_by_label("Choking").check()
    expect(page.locator(".call-now")).to_be_in_viewport()
    expect(page.locator(".call-now a")).to_have_attribute("href", "tel:112")


def test_choking_patient_is_told_whom_to_call_and_the_clinician_sees_to_it(
    clinic_running: Running, sink: Sink, browser: Browser, eyes: Eyes, session: InjectionSession, doctor: User
) -> None:
    link = asked(clinic_running, sink)
    with window(browser, base_url=clinic_running.url, eyes=eyes, phone=True) as on_phone:
        looking_changes_nothing(on_phone, link)
        on_phone.goto(link)
        eyes.look(on_phone, name="check-in", dark=True)
        tick_choking(on_phone)
        eyes.look(on_phone, name="check-in, choking ticked", dark=True)
        assert SymptomReport.objects.count() == 0
        on_phone.get_by_label("Anything else you noticed?").fill("Since dinner")
        on_phone.get_by_role("button", name="Send").click()
        expect(on_phone.get_by_role("heading", name="Call 112 now")).to_be_visible()
        expect(on_phone.get_by_text("Your clinic has been told.")).to_be_visible()
        eyes.look(on_phone, name="check-in, call now", dark=True)
    report = SymptomReport.objects.get()
    assert (report.level, report.session) == ("urgent", session)

    call = arrived(sink, "A patient needs your eye")  # by the worker, whatever the hour is
    assert doctor.email in str(call["To"])
    assert "Meenal" not in text_of(call)
    with window(browser, base_url=clinic_running.url, eyes=eyes) as at_home:
        (address,) = links_of(call)
        at_home.goto(address)
        sign_in(at_home, doctor)
        at_home.wait_for_url(re.compile("/r/"))
        expect(at_home.get_by_text("Since dinner")).to_be_visible()
        eyes.look(at_home, name="report", dark=True)
        at_home.goto("/")
        expect(at_home.get_by_text("Needs a clinician now")).to_be_visible()
        eyes.look(at_home, name="board with an alarm", dark=True)
        at_home.get_by_role("link", name="Meenal Trivedi").first.click()
        at_home.get_by_label("What was done").fill("Rang: on her way to hospital.")
        at_home.get_by_role("button", name="I have seen to it").click()
        expect(at_home.get_by_text("Nobody else is called to it")).to_be_visible()
        at_home.get_by_role("link", name="Record an adverse event").click()
        eyes.look(at_home, name="adverse event, new", dark=True)
        at_home.get_by_label("What happened").select_option("dysphagia")
        at_home.get_by_label("or days after the session").fill("0")
        for words in ("Severe", "Yes", "Probable", "Ongoing"):
            at_home.get_by_role("radio", name=words, exact=True).check()
        at_home.get_by_role("button", name="Record it").click()
        expect(at_home.get_by_text("What is known now")).to_be_visible()
        eyes.look(at_home, name="adverse event", dark=True)
        at_home.goto("/")
        expect(at_home.get_by_text("Needs a clinician now")).to_have_count(0)
    assert ReportAnswer.objects.get().by == doctor
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)


def test_number_is_shown_without_a_script(web_running: Running, browser: Browser, session: InjectionSession) -> None:
    now = timezone.now()
    letter = Letter.objects.about(session).of_kind("check_in").order_by("due_at")[0]
    _link, token = make_link(
        purpose="check-in", patient=session.patient, about=letter, now=now, expires_at=now + timedelta(days=9)
    )
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{web_running.url}/c/{token}/")
    tick_choking(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Call 112 now")).to_be_visible()
    assert SymptomReport.objects.get().level == "urgent"
    context.close()
