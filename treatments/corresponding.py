"""Write to another doctor about a session: what is signed is kept as it was sent."""

from datetime import datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from treatments.models import DoctorLetter, InjectionSession


def write_to_doctor(*, session: InjectionSession, to: str, text: str, by: User, now: datetime) -> DoctorLetter:
    """Keep a letter about a session, signed by who wrote it."""
    with transaction.atomic():
        letter: DoctorLetter = DoctorLetter.objects.create(session=session, to=to, text=text, by=by, at=now)
        record(by=by, verb="doctor_letter.written", thing=letter, patient=session.patient)
    return letter
