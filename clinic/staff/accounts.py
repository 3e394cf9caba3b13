"""Change, close and open accounts: by a manager, never so that a location or the clinic is left without one.

Nobody is deleted. Each deed locks the accounts of all managers first, in one order: of two managers who close each
other one wins, and the other has lost the right meanwhile.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.locations.models import Location
from clinic.staff import inviting
from clinic.staff.errors import AccountChanged, AddressTaken, LastManager, NotManagerAnyMore, NotYourself
from clinic.staff.inviting import AccountFacts
from clinic.staff.links import end_links
from clinic.staff.models import AccountState, Role, User


def change(*, user: User, facts: AccountFacts, seen_version: int, by: User, now: datetime) -> User:
    """Write what a manager changed. Locations where `by` does not work stay as they are.

    A corrected address takes the mark of letters that came back away, ends the links on their way to the old one,
    and is invited anew where there is no password yet.

    Raises:
        AccountChanged, NotYourself, LastManager, AddressTaken, NotManagerAnyMore.

    """
    try:
        with transaction.atomic():
            managers = _locked_managers(by)
            user = _locked(user, seen_version)
            if user == by and facts.role != user.role:
                raise NotYourself
            were = list(user.locations.all())
            hands_off = {place.pk for place in were} - {place.pk for place in assignable(by)}
            places = [*(place for place in were if place.pk in hands_off), *facts.locations]
            stays = {place.pk for place in places} if facts.role == Role.MANAGER else set()
            _leave_nobody_without_manager(user, managers, stays)
            detail = _changes(user, facts, were, places)
            email_is_new = user.email != facts.email
            user.full_name, user.email, user.role = facts.full_name, facts.email, facts.role
            if email_is_new:
                user.email_returned_at = None
            user.version += 1
            user.save(update_fields=("full_name", "email", "role", "email_returned_at", "version"))
            user.locations.set(places)
            if email_is_new:
                end_links(user=user, because="address_changed", now=now)
                if user.state == AccountState.INVITED:
                    inviting.owe_invitation(user, now=now)
            record(by=by, verb="staff.changed", thing=user, detail=detail)
    except IntegrityError as error:
        if violated(error) in inviting.ADDRESS_ONCE:
            raise AddressTaken from error
        raise
    return user


def close(*, user: User, seen_version: int, by: User, now: datetime) -> User:
    """Close an account: its sessions and links end at once, and its password is gone, so that none comes back.

    Raises:
        AccountChanged, NotYourself, LastManager, NotManagerAnyMore.

    """
    with transaction.atomic():
        managers = _locked_managers(by)
        user = _locked(user, seen_version)
        if user == by:
            raise NotYourself
        if not user.is_active:
            return user
        _leave_nobody_without_manager(user, managers, set())
        user.is_active = False
        user.set_unusable_password()
        user.version += 1
        user.save(update_fields=("is_active", "password", "version"))
        end_links(user=user, because="account_closed", now=now)
        record(by=by, verb="staff.closed", thing=user)
    return user


def open_again(*, user: User, by: User, now: datetime) -> User:
    """Open a closed account: the person is invited to set a new password.

    Raises:
        NotManagerAnyMore.

    """
    with transaction.atomic():
        _locked_managers(by)
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_active:
            return user
        user.is_active = True
        user.version += 1
        user.save(update_fields=("is_active", "version"))
        inviting.owe_invitation(user, now=now)
        record(by=by, verb="staff.opened_again", thing=user)
    return user


def assignable(by: User) -> list[Location]:
    """Return the locations a manager gives to others: those where they work themselves."""
    return list(by.locations.filter(is_active=True).order_by("name"))


def managing() -> list[User]:
    """Return who manages the clinic now: open accounts with a password. An invitation is not yet a manager."""
    return list(User.objects.able_to_sign_in().filter(role=Role.MANAGER).order_by("pk"))


def _locked_managers(by: User) -> list[User]:
    """Return the managers, their rows locked until the deed is done."""
    list(User.objects.filter(role=Role.MANAGER, is_active=True).select_for_update().order_by("pk"))
    if not User.objects.filter(pk=by.pk, role=Role.MANAGER, is_active=True).exists():
        raise NotManagerAnyMore
    return managing()


def _locked(user: User, seen_version: int) -> User:
    found: User = User.objects.select_for_update().get(pk=user.pk)
    if found.version != seen_version:
        raise AccountChanged
    return found


def _leave_nobody_without_manager(user: User, managers: Collection[User], stays_at: Collection[int]) -> None:
    """Refuse to take the only manager from a location, or from the clinic."""
    if user not in managers:
        return
    others = [one for one in managers if one != user]
    if not others and not stays_at:
        raise LastManager
    looked_after = User.locations.through.objects.filter(user__in=others).values("location")
    left = user.locations.filter(is_active=True).exclude(pk__in=stays_at).exclude(pk__in=looked_after)
    if names := tuple(left.order_by("name").values_list("name", flat=True)):
        raise LastManager(names)


def _changes(
    user: User, facts: AccountFacts, were: Collection[Location], places: Collection[Location]
) -> dict[str, object]:
    """Return what the trail says of a change: names of fields, and the rights before and after."""
    fields = [name for name in ("full_name", "email") if getattr(user, name) != getattr(facts, name)]
    detail: dict[str, object] = {"fields": fields}
    if user.role != facts.role:
        detail["role"] = [user.role, str(facts.role)]
    if inviting.ids(were) != inviting.ids(places):
        detail["locations"] = [inviting.ids(were), inviting.ids(places)]
    return detail
