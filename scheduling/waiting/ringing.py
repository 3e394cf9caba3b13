"""Whom the desk rings about a freed time: no letter reaches them."""

from datetime import datetime

from django.db.models import Q

from clinic.staff.models import User
from scheduling.models import SlotOffer

RUNG_AT_ONCE = 10
NO_LETTER = Q(entry__patient__email="") | Q(entry__patient__email_suspended_at__isnull=False)


def to_ring(user: User, *, now: datetime) -> list[SlotOffer]:
    """Return the open offers of patients whom no letter reaches, the first to run out first. One query."""
    found = SlotOffer.objects.visible_to(user).open().filter(NO_LETTER, expires_at__gt=now)
    return list(
        found.select_related("entry__patient", "entry__location", "entry__type", "freed__clinician").order_by(
            "expires_at", "id"
        )[:RUNG_AT_ONCE]
    )
