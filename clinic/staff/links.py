"""Links with which staff set a password: one account, one purpose, once, for a time.

A link ends when it is used, replaced by a newer one, or when the address, the password or the account behind it
changes; the letter that would carry it is withdrawn with it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from clinic.lib.link_tokens import derived, derived_again, hashed
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.errors import LinkEnded, LinkUnknown, TokenLost
from clinic.staff.models import LinkPurpose, StaffLink, User

LIVES: Final = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.PASSWORD: timedelta(hours=1)}
EVERY_PURPOSE: Final = tuple(LinkPurpose)
ABOUT: Final = "staff.stafflink"


def make_link(*, user: User, purpose: LinkPurpose, now: datetime) -> StaffLink:
    """Make a link in place of any before it. The account's row must be locked by the deed."""
    end_links(user=user, because="replaced", now=now, purposes=(purpose,))
    link = StaffLink(user=user, purpose=purpose, made_at=now, expires_at=now + LIVES[purpose])
    link.token_hash = hashed(derived(_salt(link), link.public_id))
    link.save(force_insert=True)
    return link


def held_link(*, user: User, purpose: LinkPurpose, now: datetime) -> StaffLink:
    """Return the link that opens now, with its whole time again, or make one: asking twice kills no letter."""
    link: StaffLink | None = StaffLink.objects.live(now).filter(user=user, purpose=purpose).first()
    if link is None or derived_again(_salt(link), link.public_id, token_hash=link.token_hash) is None:
        return make_link(user=user, purpose=purpose, now=now)
    link.expires_at = now + LIVES[purpose]
    link.save(update_fields=("expires_at",))
    return link


def token_of(link: StaffLink) -> str:
    """Return what the letter carries.

    Raises:
        TokenLost: the secret key it was made under is no longer known here.

    """
    token = derived_again(_salt(link), link.public_id, token_hash=link.token_hash)
    if token is None:
        raise TokenLost
    return token


def link_of_token(token: str, now: datetime) -> StaffLink:
    """Return the link of a letter. Changes nothing.

    Raises:
        LinkUnknown: nobody made it.
        LinkEnded: it opens no more.

    """
    return _opened(StaffLink.objects.select_related("user").filter(token_hash=hashed(token)).first(), now)


def link_by_id(public_id: UUID, now: datetime) -> StaffLink:
    """Return a link that was opened in this browser before.

    Raises:
        LinkUnknown, LinkEnded: as above.

    """
    return _opened(StaffLink.objects.select_related("user").filter(public_id=public_id).first(), now)


def use_link(link: StaffLink, *, now: datetime) -> None:
    """Spend a link inside the deed's transaction: of two presses one wins.

    Raises:
        LinkEnded: it opens no more.

    """
    if not StaffLink.objects.live(now).filter(pk=link.pk).update(used_at=now):
        raise LinkEnded
    _withdraw_letters([link.public_id], now)


def end_links(*, user: User, because: str, now: datetime, purposes: Collection[LinkPurpose] = EVERY_PURPOSE) -> None:
    """End the links a person holds, and withdraw the letters that would still carry one."""
    held = StaffLink.objects.not_ended().filter(user=user, purpose__in=purposes)
    ids = list(held.values_list("public_id", flat=True))
    held.update(revoked_at=now, revoked_because=because)
    _withdraw_letters(ids, now)


def _withdraw_letters(links: Collection[UUID], now: datetime) -> None:
    letters = Letter.objects.filter(about_type=ABOUT, about_public_id__in=links)
    outbox.withdraw_letters(letters, reason="link_ended", now=now, where="closed")


def _opened(link: StaffLink | None, now: datetime) -> StaffLink:
    if link is None:
        raise LinkUnknown
    is_ended = link.used_at is not None or link.revoked_at is not None or link.expires_at <= now
    if is_ended or not link.user.is_active:
        raise LinkEnded
    return link


def _salt(link: StaffLink) -> str:
    return f"clinic.staff.links.{link.purpose}"
