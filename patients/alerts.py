"""Alerts at the head of a chart: written, ended with the reason, never deleted."""

from datetime import datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.ending import end
from patients.models import Alert, AlertLevel, Patient
from patients.writing import hold_to_write

LOUDEST_FIRST = tuple(AlertLevel.values)


def add_alert(*, patient: Patient, level: str, text: str, is_for_desk: bool, by: User, now: datetime) -> Alert:
    """Put a few words at the head of a chart; `is_for_desk` shows them on the desk's card too.

    Raises:
        RecordKept: the record was restricted since the page was opened.

    """
    with transaction.atomic():
        hold_to_write(patient)
        row = Alert.objects.create(
            patient=patient, level=level, text=text, is_for_desk=is_for_desk, added_by=by, added_at=now
        )
        record(by=by, verb="patient.alert_added", thing=row, patient=patient, detail={"level": level})
    return row


def end_alert(*, alert: Alert, because: str, by: User, now: datetime) -> bool:
    """End an alert with the reason; whether it still stood."""
    return end(alert, verb="patient.alert_ended", by=by, now=now, ended_because=because)


def alerts_of(patient: Patient, *, desk_only: bool) -> list[Alert]:
    """Return the alerts that stand, the loudest first; `desk_only`: those that the desk may read."""
    standing = Alert.objects.standing().filter(patient=patient)
    rows = standing.filter(is_for_desk=True) if desk_only else standing
    return sorted(rows, key=lambda row: (LOUDEST_FIRST.index(row.level), row.pk))
