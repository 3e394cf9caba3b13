"""Accounts changed, closed and opened: who may, what ends at once, and that somebody always manages."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib import clock
from clinic.staff import accounts, inviting
from clinic.staff.errors import AccountChanged, AddressTaken, LastManager, NotManagerAnyMore, NotYourself
from clinic.staff.models import Role, User
from tests.clinic.staff_making import (
    PASSWORD,
    a_manager,
    facts_of,
    invited,
    is_in,
    letters_of,
    signed_in_as,
    somebody,
)
from tests.patients.making import place


@pytest.mark.django_db
def test_an_account_closed_is_signed_out_and_stays_out_when_opened(now: datetime) -> None:
    manager, desk = a_manager(), somebody("Asha Rao", Role.FRONT_DESK)
    browser = signed_in_as(desk)
    assert is_in(browser)
    closed = accounts.close(user=desk, seen_version=desk.version, by=manager, now=now)
    assert not is_in(browser)
    opened = accounts.open_again(user=closed, by=manager, now=now)
    assert not is_in(browser)
    assert (opened.state, letters_of(desk)) == ("invited", [("staff_invitation", "queued")])
    verbs = Entry.objects.filter(thing_public_id=desk.public_id).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["staff.signed_in", "staff.closed", "staff.opened_again"]


@pytest.mark.django_db
def test_a_corrected_address_is_written_to_again_and_invited_anew(now: datetime) -> None:
    manager = a_manager()
    user = invited(manager, now)
    User.objects.filter(pk=user.pk).update(email_returned_at=now)
    facts = facts_of(user, email="rao@interval.example")
    changed = accounts.change(user=user, facts=facts, seen_version=1, by=manager, now=now)
    assert (changed.email, changed.email_returned_at, changed.version) == ("rao@interval.example", None, 2)
    assert letters_of(user) == [("staff_invitation", "withdrawn"), ("staff_invitation", "queued")]
    line = Entry.objects.get(verb="staff.changed")
    assert line.detail == {"fields": ["email"]}


@pytest.mark.django_db
def test_the_trail_tells_who_got_which_rights(now: datetime) -> None:
    manager, desk = a_manager(), somebody("Asha Rao", Role.FRONT_DESK)
    accounts.change(user=desk, facts=facts_of(desk, role=Role.CLINICIAN), seen_version=1, by=manager, now=now)
    line = Entry.objects.get(verb="staff.changed")
    assert (line.by, line.detail) == (manager, {"fields": [], "role": ["front_desk", "clinician"]})


@pytest.mark.django_db
def test_locations_where_the_manager_does_not_work_stay(now: datetime) -> None:
    north, south = place("North"), place("South")
    manager = a_manager(at=north)
    desk = somebody("Asha Rao", Role.FRONT_DESK, at=north)
    desk.locations.add(south)
    accounts.change(user=desk, facts=facts_of(desk, locations=[]), seen_version=1, by=manager, now=now)
    assert list(desk.locations.all()) == [south]


@pytest.mark.django_db
def test_who_saw_an_older_account_changes_nothing(now: datetime) -> None:
    manager, desk = a_manager(), somebody("Asha Rao", Role.FRONT_DESK)
    accounts.change(user=desk, facts=facts_of(desk, full_name="Asha R."), seen_version=1, by=manager, now=now)
    with pytest.raises(AccountChanged):
        accounts.change(user=desk, facts=facts_of(desk, role=Role.MANAGER), seen_version=1, by=manager, now=now)
    with pytest.raises(AccountChanged):
        accounts.close(user=desk, seen_version=1, by=manager, now=now)
    desk.refresh_from_db()
    assert (desk.full_name, desk.role, desk.is_active) == ("Asha R.", Role.FRONT_DESK, True)


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["hetal@interval.example", "HETAL@interval.example"])
def test_an_address_has_one_account(email: str, now: datetime) -> None:
    manager, desk = a_manager(), somebody("Asha Rao", Role.FRONT_DESK)
    with pytest.raises(AddressTaken):
        invited(manager, now, email=email)
    with pytest.raises(AddressTaken):
        accounts.change(user=desk, facts=facts_of(desk, email=email), seen_version=1, by=manager, now=now)
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_nobody_closes_or_demotes_themself(now: datetime) -> None:
    manager, _other = a_manager(), a_manager("Meera Solanki")
    with pytest.raises(NotYourself):
        accounts.close(user=manager, seen_version=1, by=manager, now=now)
    with pytest.raises(NotYourself):
        accounts.change(user=manager, facts=facts_of(manager, role=Role.CLINICIAN), seen_version=1, by=manager, now=now)


@pytest.mark.django_db
def test_a_location_keeps_a_manager(now: datetime) -> None:
    """Who is only invited manages nothing yet."""
    north, south = place("North"), place("South")
    manager, other = a_manager(at=north), a_manager("Meera Solanki", at=north)
    other.locations.add(south)
    waiting = inviting.invite(
        facts=facts_of(other, email="new@interval.example", locations=[south]), by=manager, now=now
    )
    deeds: tuple[Callable[[], User], ...] = (
        lambda: accounts.close(user=other, seen_version=1, by=manager, now=now),
        lambda: accounts.change(
            user=other, facts=facts_of(other, role=Role.FRONT_DESK), seen_version=1, by=manager, now=now
        ),
    )
    for deed in deeds:
        with pytest.raises(LastManager) as refusal:
            deed()
        assert refusal.value.places == ("South",)
    waiting.set_password(PASSWORD)
    waiting.save()
    accounts.close(user=other, seen_version=1, by=manager, now=now)
    assert accounts.managing() == [manager, waiting]


def careless(user: User, by: User, both_looked: threading.Barrier) -> None:
    """Close without holding the managers' rows: look, then write."""
    assert by in accounts.managing()
    others = [one for one in accounts.managing() if one != user]
    both_looked.wait(5)
    if others:
        User.objects.filter(pk=user.pk).update(is_active=False)


def careful(user: User, by: User, both_here: threading.Barrier) -> None:
    """The deed."""
    both_here.wait(5)
    accounts.close(user=user, seen_version=1, by=by, now=clock.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("deed", "left"), [(careful, 1), (careless, 0)])
def test_two_managers_who_close_each_other_leave_one(deed: Any, left: int) -> None:
    """The careless deed is the control: it leaves nobody."""
    pair, barrier, refused = (a_manager(), a_manager("Meera Solanki")), threading.Barrier(2), []

    def run(by: User, user: User) -> None:
        try:
            deed(user, by, barrier)
        except NotManagerAnyMore as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=who) for who in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(accounts.managing()), len(refused)) == (left, left)


@pytest.mark.django_db
def test_the_list_asks_as_often_for_three_as_for_one(django_assert_num_queries: Any, now: datetime) -> None:
    manager = a_manager()
    browser = signed_in_as(manager)
    browser.get(reverse("staff:people"))  # the session notes when it began
    counts = []
    for number in range(3):
        invited(manager, now, email=f"new{number}@interval.example")
        with django_assert_num_queries(12) as asked:
            page = browser.get(reverse("staff:people"))
        counts.append(len(asked))
        assert f"new{number}@interval.example" in page.content.decode()
    assert len(set(counts)) == 1


@pytest.mark.django_db
def test_what_is_typed_stays_and_a_sentence_says_what_is_wrong() -> None:
    manager = a_manager()
    browser, typed = signed_in_as(manager), {"full_name": "Asha\u202eRao", "email": "nobody", "role": "owner"}
    page = browser.post(reverse("staff:invite"), typed)
    assert set(page.context["form"].errors) == {"full_name", "email", "role", "locations"}
    assert 'value="nobody"' in page.content.decode()
    taken = {"full_name": "Asha", "email": "Hetal@interval.example", "role": "clinician"}
    page = browser.post(reverse("staff:invite"), taken | {"locations": place().public_id})
    assert page.context["form"].errors == {"email": ["This address has an account already."]}


@pytest.mark.django_db
def test_a_manager_who_was_second_sees_both_and_may_save(now: datetime) -> None:
    manager, desk = a_manager(), somebody("Asha Rao", Role.FRONT_DESK)
    browser, where = signed_in_as(manager), reverse("staff:edit", args=[desk.public_id])
    typed = {"full_name": "Asha Mine", "email": desk.email, "role": "clinician", "locations": place().public_id}
    accounts.change(user=desk, facts=facts_of(desk, full_name="Asha Theirs"), seen_version=1, by=manager, now=now)
    page = browser.post(where, typed | {"version": 1})
    shown = page.content.decode()
    assert (page.status_code, "Asha Theirs" in shown, "Asha Mine" in shown) == (409, True, True)
    assert browser.post(where, typed | {"version": page.context["form"]["version"].value()}).status_code == 302
    desk.refresh_from_db()
    assert (desk.full_name, desk.role, desk.version) == ("Asha Mine", "clinician", 3)


@pytest.mark.django_db
def test_a_manager_changes_own_name_but_not_role_by_a_forged_form() -> None:
    manager, _other = a_manager(), a_manager("Meera Solanki")
    typed = {"full_name": "Hetal R.", "email": manager.email, "role": "clinician", "version": 1}
    browser = signed_in_as(manager)
    answer = browser.post(reverse("staff:edit", args=[manager.public_id]), typed | {"locations": place().public_id})
    assert answer.status_code == 302
    manager.refresh_from_db()
    assert (manager.full_name, manager.role) == ("Hetal R.", "manager")
    browser.post(reverse("staff:close", args=[manager.public_id]), {"version": 2})
    assert is_in(browser)
