"""Forgotten, set and changed passwords: nobody learns who has an account, and what a new one ends."""

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from clinic.audit.models import Entry
from clinic.lib import clock
from clinic.outbox import delivery
from clinic.outbox.models import Letter
from clinic.staff import accounts, passwords
from clinic.staff.links import token_of
from clinic.staff.models import PasswordRequest, Role, User
from tests.clinic.staff_making import (
    NEXT,
    PASSWORD,
    a_manager,
    invited,
    is_in,
    letters_of,
    newest_link,
    signed_in_as,
    somebody,
)
from tests.clinic.test_letters_of_all_kinds import URL
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.patients.making import place

FORGOTTEN = "/staff/forgotten/"
TWICE = {"new_password1": NEXT, "new_password2": NEXT}


@pytest.mark.django_db
def test_known_unknown_invited_and_closed_get_one_answer(now: datetime) -> None:
    """Checklist A8: the same status, words and statements; the page never looks whose the address is."""
    manager = a_manager()
    left = somebody("Left Long", Role.CLINICIAN)
    accounts.close(user=left, seen_version=1, by=manager, now=now)
    waiting = invited(manager, now)
    answers = set()
    for email in (manager.email, "nobody@interval.example", left.email, waiting.email):
        browser = Client()
        with CaptureQueriesContext(connection) as asked:
            page = browser.post(FORGOTTEN, {"email": f" {email.upper()} "})
        tables = tuple(re.findall(r'(?:FROM|INTO|UPDATE) "(\w+)"', " ".join(query["sql"] for query in asked)))
        shown = browser.get(page["Location"]).content.decode()
        said = shown[shown.index('role="status"') :][:200]
        answers.add((page.status_code, page["Location"], said, tables))
    assert len(answers) == 1
    assert {table for table in answers.pop()[3] if table.startswith("staff_")} == {"staff_passwordrequest"}
    assert passwords.answer_requests(now) == 1
    assert Letter.objects.of_kind("staff_password").get().person_public_id == manager.public_id
    assert not PasswordRequest.objects.exists()


@pytest.mark.django_db
def test_nobodys_mailbox_is_filled_and_no_letter_on_its_way_dies(now: datetime) -> None:
    user = a_manager()
    links = set()
    for minute in range(6):
        passwords.ask(email=user.email, now=now)
        passwords.ask(email=user.email, now=now)
        passwords.answer_requests(now + timedelta(minutes=minute))
        links.add(newest_link(user).pk)
    assert letters_of(user) == [("staff_password", "queued")] * passwords.LETTERS_AT_MOST
    assert len(links) == 1
    later = now + timedelta(hours=2)
    passwords.ask(email=user.email, now=later)
    assert passwords.answer_requests(later) == 1


@pytest.mark.django_db
def test_a_password_set_by_link_ends_other_sessions_and_forgives_wrong_tries(now: datetime) -> None:
    user = a_manager()
    browser = signed_in_as(user)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/staff/sign-in/", {"username": user.email, "password": "wrong"})
    passwords.ask(email=user.email, now=now)
    passwords.answer_requests(now)
    passwords.set_by_link(link=newest_link(user), password=NEXT, now=now)
    assert not is_in(browser)
    assert is_in(signed_in_as(user, NEXT))
    line = Entry.objects.get(verb="staff.password_set")
    assert (line.by, line.actor, line.detail) == (None, "staff link", {"purpose": "password"})


@pytest.mark.django_db
def test_own_password_changes_with_the_current_one_and_keeps_this_browser() -> None:
    user = somebody("Asha Rao", Role.FRONT_DESK)
    here, elsewhere = signed_in_as(user), signed_in_as(user)
    wrong = here.post("/staff/password/", {"old_password": "wrong", **TWICE})
    assert list(wrong.context["form"].errors) == ["old_password"]
    assert is_in(elsewhere)
    assert here.post("/staff/password/", {"old_password": PASSWORD, **TWICE}).status_code == 302
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert Entry.objects.get(verb="staff.password_changed").by == user


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ((NEXT, "another"), "match"),
        (("short", "short"), "too short"),
        (("password1234", "password1234"), "too common"),
        (("asha@interval", "asha@interval"), "too similar"),
        (("", ""), "required"),
    ],
)
def test_a_poor_password_is_refused_in_words_and_the_link_lives(typed: tuple[str, str], words: str) -> None:
    user = invited(a_manager(), clock.now())
    browser = Client()
    browser.get(f"/staff/letter/{_token(user)}/")
    page = browser.post("/staff/letter/", {"new_password1": typed[0], "new_password2": typed[1]})
    assert words in str(page.context["form"].errors)
    assert browser.post("/staff/letter/", TWICE).status_code == 302


@pytest.mark.django_db
def test_of_two_presses_one_sets_the_password() -> None:
    user = invited(a_manager(), clock.now())
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.get(f"/staff/letter/{_token(user)}/")
    first = browsers[0].post("/staff/letter/", TWICE)
    second = browsers[1].post("/staff/letter/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert (first.status_code, second.status_code) == (302, 410)
    assert User.objects.get(pk=user.pk).check_password(NEXT)


@pytest.mark.django_db
def test_a_closed_account_gets_no_letter_that_was_owed_before(now: datetime) -> None:
    """The letter is asked again at the moment it goes, whatever wrote the row."""
    user = invited(a_manager(), now)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert delivery.work(now) == {"withdrawn": 1}


@pytest.mark.django_db
def test_invited_to_signed_in(settings: Settings) -> None:
    """The walk: a manager invites, the letter arrives, its link sets the password, the door opens."""
    manager = signed_in_as(a_manager())
    typed = {"full_name": "Asha Rao", "email": "Asha@Interval.example", "role": "front_desk"}
    answer = manager.post("/staff/new/", typed | {"locations": str(place().public_id)})
    assert answer["Location"] == "/staff/"
    with sinks.running() as (sink, port):
        use_server(settings, port)
        assert delivery.work(clock.now()) == {"sent": 1}
        (taken,) = sink.taken
    said = taken.get_body(("plain",)).get_content()
    (link,) = URL.findall(said)
    assert NEXT not in said
    kept = Letter.objects.of_kind("staff_invitation").get()
    assert link not in kept.text_sent + kept.html_sent
    colleague = Client()
    assert colleague.get("/staff/").status_code == 302
    page = colleague.get(link.removeprefix(settings.PUBLIC_URL), follow=True)
    assert "asha@interval.example" in page.content.decode()
    done = colleague.post("/staff/letter/", TWICE, follow=True)
    assert "Your password is set" in done.content.decode()
    user = User.objects.get(email="asha@interval.example")
    browser = signed_in_as(user, NEXT)
    assert (is_in(browser), browser.get("/staff/").status_code) == (True, 403)
    assert manager.get("/staff/").status_code == 200


def _token(user: User) -> str:
    return token_of(newest_link(user))
