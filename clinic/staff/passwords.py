"""Set a password: by a link in a letter, or signed in. And ask for such a letter without learning who has an account.

Who asks leaves a row with the address, whoever it is; the sweep that runs before letters go looks whose it is. So the
page answers everybody alike, in words and in time: it never looks.
"""

from datetime import datetime, timedelta
from typing import Final

from axes.utils import reset as forgive_wrong_tries
from django.db import transaction

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.errors import LinkEnded
from clinic.staff.links import end_links, held_link, use_link
from clinic.staff.models import LinkPurpose, PasswordRequest, StaffLink, User

LETTER: Final = "staff_password"
LETTERS_AT_MOST: Final = 3
"""To one person within an hour: nobody's mailbox is filled by a stranger."""
WITHIN: Final = timedelta(hours=1)


def ask(*, email: str, now: datetime) -> None:
    """Note that somebody wants a new password for an address; asked again before the sweep it is noted once."""
    PasswordRequest.objects.bulk_create([PasswordRequest(email=email, asked_at=now)], ignore_conflicts=True)


def answer_requests(now: datetime) -> int:
    """Owe a letter for each request of somebody who may sign in, and forget all of them; return how many are owed."""
    owed = 0
    with transaction.atomic():
        known = User.objects.able_to_sign_in()
        PasswordRequest.objects.exclude(email__in=known.values("email")).delete()
        for request in PasswordRequest.objects.select_for_update(skip_locked=True).order_by("pk"):
            user = known.select_for_update().filter(email=request.email).first()
            owed += user is not None and _owe_letter(user, now)
            request.delete()
    return owed


def set_by_link(*, link: StaffLink, password: str, now: datetime) -> User:
    """Set the password of whose link it is: other sessions and links end, and the door forgives wrong tries.

    Raises:
        LinkEnded: it opens no more.

    """
    with transaction.atomic():
        user: User = User.objects.select_for_update().get(pk=link.user_id)
        if not user.is_active:
            raise LinkEnded
        use_link(link, now=now)
        _set(user, password, now)
        record(by=None, actor="staff link", verb="staff.password_set", thing=user, detail={"purpose": link.purpose})
    return user


def change_own(*, user: User, password: str, now: datetime) -> User:
    """Set the password of who is signed in: their other sessions and open links end."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _set(user, password, now)
        record(by=user, verb="staff.password_changed", thing=user)
    return user


def _set(user: User, password: str, now: datetime) -> None:
    user.set_password(password)  # sessions carry a hash of the old one: they are strangers from now on
    user.save(update_fields=("password",))
    end_links(user=user, because="password_set", now=now)
    forgive_wrong_tries(username=user.email)


def _owe_letter(user: User, now: datetime) -> bool:
    lately = Letter.objects.for_person(user).of_kind(LETTER).filter(due_at__gt=now - WITHIN)
    if lately.count() >= LETTERS_AT_MOST:
        return False
    link = held_link(user=user, purpose=LinkPurpose.PASSWORD, now=now)
    before = Letter.objects.about(link).count()
    outbox.owe(
        LETTER, about=link, person=user, edition=str(before + 1), due_at=now, not_after=link.expires_at, priority=0
    )
    record(by=None, actor="system", verb="staff.password_asked", thing=user)
    return True
