"""Hand the clinic's tablet to a patient: their own form is opened in it, and nothing else is.

Who hands it over is signed out there by the page; the browser holds the form alone, for a while after each press.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.intake import open_or_new
from patients.models import Intake, Patient
from patients.models.intake import IntakeState

TABLET_FOR: Final = timedelta(minutes=30)
"""So long after the last press the form is closed on the tablet: somebody put it down and went."""


def hand_over(*, patient: Patient, by: User, now: datetime) -> Intake:
    """Open the patient's form for the tablet, a new one where there is none; no letter is owed for it.

    Raises:
        NothingPublished: no questions were loaded yet.
        NobodyToAnswer: the patient has died, or the record is restricted.

    """
    with transaction.atomic():
        intake, _is_new = open_or_new(patient, now=now)
        begun = Intake.objects.filter(pk=intake.pk, state=IntakeState.INVITED)
        if begun.update(state=IntakeState.STARTED, started_at=now):
            intake.refresh_from_db()
        record(by=by, verb="intake.handed_over", thing=intake, patient=patient)
        return intake
