"""Ending what was written down of a person and holds no more: the one deed, for numbers, contacts and alerts."""

from datetime import datetime
from typing import Any

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models.ending import Ending


def end(row: Any, *, verb: str, by: User, now: datetime, **more: str) -> bool:
    """End a row, in the trail under `verb`; whether it still stood. The row stays and says who ended it and when."""
    model: type[Ending] = type(row)
    with transaction.atomic():
        standing = model.objects.standing().filter(pk=row.pk)
        ended = standing.update(ended_by=by, ended_at=now, **more)
        if ended:
            record(by=by, verb=verb, thing=row, patient=row.patient)
    return bool(ended)
