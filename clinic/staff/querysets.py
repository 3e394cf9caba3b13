"""Questions to the staff's tables."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from clinic.staff.models import User


class UserQuerySet(models.QuerySet[Any]):
    """Accounts."""

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Return colleagues of a location where this person works, and those who work at none yet."""
        at_theirs = self.model.locations.through.objects.filter(location__in=user.works_at)
        anywhere = self.model.locations.through.objects.all()
        return self.filter(Q(pk__in=at_theirs.values("user")) | ~Q(pk__in=anywhere.values("user")))

    def able_to_sign_in(self) -> "UserQuerySet":
        """Return open accounts that have a password."""
        return self.filter(is_active=True).exclude(password="").exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


class StaffLinkQuerySet(models.QuerySet[Any]):
    """Links of staff."""

    def not_ended(self) -> "StaffLinkQuerySet":
        """Return links neither used nor revoked; their time may be over."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def live(self, now: datetime) -> "StaffLinkQuerySet":
        """Return links that open at this moment."""
        return self.not_ended().filter(expires_at__gt=now, user__is_active=True)
