"""A letter to a member of staff came back: the account says so until somebody corrects the address."""

from datetime import datetime

from clinic.audit.trail import record
from clinic.outbox.registry import Bounced
from clinic.outbox.returned import Kind
from clinic.staff.models import User


def bounced(bounce: Bounced, *, now: datetime) -> None:
    """Mark the account whose address is gone. It is written to all the same: what staff get cannot wait."""
    user = User.objects.filter(public_id=bounce.promise.person).first()
    if user is None or bounce.kind != Kind.HARD or not bounce.went_to(user.email):
        return
    if User.objects.filter(pk=user.pk, email_returned_at__isnull=True).update(email_returned_at=now):
        record(by=None, actor="mail server", verb="staff.email_returned", thing=user)
