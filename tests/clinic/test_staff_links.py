"""A link to set a password: what ends it, whose it is, what the database knows of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from clinic.lib import clock
from clinic.lib.db import violated
from clinic.staff import accounts, inviting, links, passwords
from clinic.staff.errors import LinkEnded, LinkUnknown, TokenLost
from clinic.staff.models import LinkPurpose, Role, StaffLink, User
from tests.clinic.staff_making import NEXT, a_manager, facts_of, invited, letters_of, newest_link, somebody

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
Event = Callable[[User, User, datetime], object]


def opens(link: StaffLink, at: datetime) -> bool:
    """Whether a link still opens."""
    try:
        links.link_of_token(links.token_of(link), at)
    except LinkEnded:
        return False
    return True


def used(user: User, _by: User, now: datetime) -> None:
    passwords.set_by_link(link=newest_link(user), password=NEXT, now=now)


def invited_again(user: User, by: User, now: datetime) -> None:
    inviting.invite_again(user=user, by=by, now=now)


def address_changed(user: User, by: User, now: datetime) -> None:
    accounts.change(user=user, facts=facts_of(user, email="rao@interval.example"), seen_version=1, by=by, now=now)


def closed(user: User, by: User, now: datetime) -> None:
    accounts.close(user=user, seen_version=user.version, by=by, now=now)


def closed_and_opened(user: User, by: User, now: datetime) -> None:
    accounts.open_again(user=accounts.close(user=user, seen_version=1, by=by, now=now), by=by, now=now)


def renamed(user: User, by: User, now: datetime) -> None:
    accounts.change(user=user, facts=facts_of(user, full_name="Asha R. Rao"), seen_version=1, by=by, now=now)


def password_changed(user: User, _by: User, now: datetime) -> None:
    passwords.change_own(user=user, password=NEXT, now=now)


ENDS_INVITATION: dict[Event, bool] = {
    used: True,
    invited_again: True,
    address_changed: True,
    closed: True,
    closed_and_opened: True,
    renamed: False,
}
ENDS_PASSWORD: dict[Event, bool] = {
    used: True,
    address_changed: True,
    closed: True,
    closed_and_opened: True,
    password_changed: True,
    renamed: False,
}


@pytest.mark.parametrize("event", ENDS_INVITATION)
def test_what_ends_an_invitation(event: Event, now: datetime) -> None:
    manager = a_manager()
    user = invited(manager, now)
    link = newest_link(user)
    assert opens(link, now)
    event(user, manager, now + SECOND)
    link.refresh_from_db()
    assert opens(link, now + SECOND) is not ENDS_INVITATION[event]
    if event is not renamed:
        assert letters_of(user)[0] == ("staff_invitation", "withdrawn")


@pytest.mark.parametrize("event", ENDS_PASSWORD)
def test_what_ends_a_link_to_a_new_password(event: Event, now: datetime) -> None:
    manager, user = a_manager(), somebody("Asha Rao", Role.FRONT_DESK)
    passwords.ask(email=user.email, now=now)
    assert passwords.answer_requests(now) == 1
    link = newest_link(user)
    assert opens(link, now)
    event(user, manager, now + SECOND)
    link.refresh_from_db()
    assert opens(link, now + SECOND) is not ENDS_PASSWORD[event]


@pytest.mark.parametrize(("purpose", "lives"), [("invitation", timedelta(days=7)), ("password", timedelta(hours=1))])
def test_a_link_ends_with_its_time(purpose: str, lives: timedelta, now: datetime) -> None:
    link = links.make_link(user=a_manager(), purpose=LinkPurpose(purpose), now=now)
    assert opens(link, now + lives - SECOND)
    assert not opens(link, now + lives)


def test_the_database_opens_nothing_and_an_invented_link_is_unknown(now: datetime) -> None:
    link = links.make_link(user=a_manager(), purpose=LinkPurpose.INVITATION, now=now)
    token = links.token_of(link)
    assert len(token) == 32
    kept = {str(value) for value in StaffLink.objects.filter(pk=link.pk).values_list()[0]}
    assert token not in kept
    for invented in (link.token_hash, str(link.public_id), token[:-1], ""):
        with pytest.raises(LinkUnknown):
            links.link_of_token(invented, now)


def test_a_link_of_one_purpose_is_none_of_the_other(now: datetime) -> None:
    """Under another purpose the same row has another token, so the one it was made with cannot be its own."""
    link = links.make_link(user=a_manager(), purpose=LinkPurpose.PASSWORD, now=now)
    StaffLink.objects.filter(pk=link.pk).update(purpose=LinkPurpose.INVITATION)
    link.refresh_from_db()
    with pytest.raises(TokenLost):
        links.token_of(link)


def test_a_new_secret_key_keeps_old_links_while_it_is_a_fallback(settings: object, now: datetime) -> None:
    link = links.make_link(user=a_manager(), purpose=LinkPurpose.PASSWORD, now=now)
    token = links.token_of(link)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another key, as long as keys should be, for tests"  # type: ignore[attr-defined]
    assert links.token_of(link) == token


def test_two_open_links_of_a_kind_are_refused_by_the_database(now: datetime) -> None:
    link = links.make_link(user=a_manager(), purpose=LinkPurpose.PASSWORD, now=now)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        StaffLink.objects.create(
            user=link.user, purpose=link.purpose, token_hash="x", made_at=now, expires_at=now + SECOND
        )
    assert violated(refusal.value) == "staff_link_one_open_of_a_kind"


def test_looking_at_a_link_spends_nothing_and_hides_its_token() -> None:
    user = invited(a_manager(), clock.now())
    token = links.token_of(newest_link(user))
    where = f"/staff/letter/{token}/"
    before = list(StaffLink.objects.values())
    for _ in range(3):
        scanner = Client()
        page = scanner.get(where)
        assert (page.status_code, page["Location"], page["Referrer-Policy"]) == (302, "/staff/letter/", "no-referrer")
        assert scanner.head(where).status_code == 302
        shown = scanner.get(page["Location"])
        assert shown.status_code == 200
        assert token not in shown.content.decode()
        assert token not in str(dict(scanner.session))
    assert list(StaffLink.objects.values()) == before
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_a_dead_link_and_an_invented_one_read_alike() -> None:
    manager = a_manager()
    user = invited(manager, clock.now())
    token = links.token_of(newest_link(user))
    inviting.invite_again(user=user, by=manager, now=clock.now())
    dead, invented = Client().get(f"/staff/letter/{token}/"), Client().get("/staff/letter/nothing/")
    assert (dead.status_code, invented.status_code) == (410, 404)
    assert dead.content == invented.content
    assert user.full_name not in dead.content.decode()
    assert Client().get("/staff/letter/").status_code == 404


def test_a_session_put_into_the_browser_learns_nothing() -> None:
    token = links.token_of(newest_link(invited(a_manager(), clock.now())))
    planted = Client()
    planted.get(f"/staff/letter/{token}/")
    key = planted.session.session_key
    planted.get(f"/staff/letter/{token}/")
    assert planted.session.session_key != key
