"""What the patient does on a phone: the intake by its link, and later a time by another."""

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from patients.models import AccessLink, Intake
from scheduling.models import Appointment
from tests.journeys.letters import links_of, row_counts
from tests.journeys.looking import Eyes, choose

QUESTION = "How long before I can drive?"
YES = ("s05_dysphagia", "s30_driver")  # the flag of the story, and that somebody comes along


def link_in(letter: EmailMessage, part: str) -> str:
    """The one link with this in its path."""
    (link,) = {link for link in links_of(letter) if part in link}
    return link


def looking_changes_nothing(page: Page, link: str) -> None:
    """A scanner that opens a link again and again leaves every table as it was."""
    before = row_counts(), list(AccessLink.objects.order_by("pk").values())
    for _time in range(4):
        answer = page.request.get(link)
        assert answer.ok
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert page.request.head(link).ok
    assert (row_counts(), list(AccessLink.objects.order_by("pk").values())) == before


def begin_and_leave(page: Page, link: str, eyes: Eyes) -> None:
    """Start the form, tap a place and say how bad it is, and put the phone away."""
    page.goto(link)
    eyes.look(page, name="intake, start", dark=True)
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Your name, as on your papers").fill("Asha")
    page.get_by_role("button", name="Save and continue").click()
    page.locator(".fig-front label[for=w-forehead]").click()
    expect(page.locator("#w-forehead")).to_be_checked()
    choose(page.locator("input[name=pain_worst][value='8']"))
    eyes.look(page, name="intake, pain", dark=True)
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("heading", name="Your answers are kept")).to_be_visible()
    eyes.look(page, name="intake, left")
    kept = Intake.objects.get().answers
    assert (kept["pain_where"], kept["pain_worst"]) == (["forehead"], 8)


def resume_and_send(page: Page, link: str, eyes: Eyes) -> None:
    """Open the link again as somebody unknown, say the date of birth, go on to the end and send."""
    page.goto(link)
    eyes.look(page, name="intake, who")
    assert "Asha" not in page.content()
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").fill("1")
    page.get_by_label("Year").fill("1970")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Go on").click()
    expect(page.locator("input[name=pain_worst][value='8']")).to_be_checked()
    _pain(page)
    expect(page).not_to_have_url(re.compile("/step/pain/"))
    for _step in range(12):
        if "/send/" in page.url:
            break
        name = page.url.rstrip("/").rsplit("/", 1)[-1]
        _answer_all(page)
        eyes.look(page, name=f"intake, {name}")
        page.get_by_role("button", name="Save and continue").click()
        expect(page).not_to_have_url(re.compile(f"/step/{name}/"))
    eyes.look(page, name="intake, check and send")
    page.get_by_label("These answers are right").check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you. Your answers were sent.")).to_be_visible()
    eyes.look(page, name="intake, sent")
    assert Intake.objects.get().state == "submitted"


def book_from_link(page: Page, link: str, eyes: Eyes) -> Appointment:
    """Choose a time and press twice: once for which, once for yes."""
    page.goto(link)
    expect(page.get_by_role("heading", name="Choose a time")).to_be_visible()
    eyes.look(page, name="choose a time", dark=True)
    page.locator("button.time").nth(2).click()
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    eyes.look(page, name="is this right")
    assert not Appointment.objects.filter(booked_by=None).exists()
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    eyes.look(page, name="booked by link")
    return Appointment.objects.get(booked_by=None)


def _pain(page: Page) -> None:
    choose(page.locator("input[name=pain_usual][value='5']"))
    choose(page.locator("input[name=what_for][value=headache]"))
    page.locator("input[name=pain_since_year]").fill("2019")
    page.get_by_role("button", name="Save and continue").click()


def _answer_all(page: Page) -> None:
    """No to every yes-or-no, a few words where words are asked, yes to the permissions."""
    form = page.locator("form.intake")
    for name in ("headache_where", "headache_lasts"):
        for radio in form.locator(f"input[type=radio][name={name}]").all()[:1]:
            choose(radio)
    for radio in form.locator("input[type=radio][value=no]").all():
        name = radio.get_attribute("name") or ""
        value = "yes" if name.startswith("consent") or name in YES else "no"
        choose(form.locator(f"input[name={name}][value={value}]"))
    for number in form.locator("input[inputmode=numeric]").all():
        is_date = (number.get_attribute("name") or "").endswith(("_day", "_month", "_year"))
        if number.is_visible() and not is_date and not number.input_value():
            number.fill("4")
    for words in form.locator("textarea").all():
        if words.is_visible() and not words.input_value():
            words.fill("none")
    for box in form.locator("input[type=checkbox][value=tablets], input[type=checkbox][name^=consent]").all():
        choose(box)
    question = form.locator("[name=question_for_doctor]")
    if question.count():
        question.fill(QUESTION)
