"""Invite a colleague by letter: whoever reads the mailbox sets the first password. Nobody makes their own account."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.locations.models import Location
from clinic.outbox import deeds as outbox
from clinic.staff.errors import AddressTaken, NotInvited
from clinic.staff.links import make_link
from clinic.staff.models import AccountState, LinkPurpose, Role, StaffLink, User

LETTER: Final = "staff_invitation"
ADDRESS_ONCE: Final = frozenset({"staff_email_once_in_any_case", "staff_user_email_key"})
PRIORITY: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What a manager writes about a colleague."""

    full_name: str
    email: str
    role: Role
    locations: Collection[Location]


def invite(*, facts: AccountFacts, by: User, now: datetime) -> User:
    """Make an account without a password and owe the letter with the link to set one.

    Raises:
        AddressTaken: there is an account with this address.

    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=facts.email, full_name=facts.full_name, role=facts.role)
            user.locations.set(facts.locations)
            owe_invitation(user, now=now)
            record(
                by=by, verb="staff.invited", thing=user, detail={"role": user.role, "locations": ids(facts.locations)}
            )
    except IntegrityError as error:
        if violated(error) in ADDRESS_ONCE:
            raise AddressTaken from error
        raise
    return user


def invite_again(*, user: User, by: User, now: datetime) -> StaffLink:
    """Send a new link in place of the one before, which opens no more.

    Raises:
        NotInvited: the account is closed, or has a password.

    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.state != AccountState.INVITED:
            raise NotInvited
        link = owe_invitation(user, now=now)
        record(by=by, verb="staff.invited_again", thing=user)
    return link


def owe_invitation(user: User, *, now: datetime) -> StaffLink:
    """Make the link and promise its letter, in the deed's transaction."""
    link = make_link(user=user, purpose=LinkPurpose.INVITATION, now=now)
    outbox.owe(LETTER, about=link, person=user, due_at=now, not_after=link.expires_at, priority=PRIORITY)
    return link


def ids(locations: Collection[Location]) -> list[str]:
    """Return the locations as the trail names them."""
    return sorted(str(place.public_id) for place in locations)
