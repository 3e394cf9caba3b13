"""Contacts, numbers and alerts for tests."""

from datetime import datetime

from clinic.staff.models import User
from patients.alerts import add_alert
from patients.models import Patient
from patients.register import ContactFacts, add_contact, add_identifier

MEENA = ContactFacts(name="Meena Rao", relation="spouse", phone="+919876500199", is_for_emergencies=True)


def in_the_register(patient: Patient, by: User, now: datetime) -> None:
    """One of each."""
    add_contact(patient=patient, facts=MEENA, by=by, now=now)
    add_identifier(patient=patient, kind="hospital", value="H-778", issuer="Civil Hospital", by=by, now=now)
    add_alert(patient=patient, level="due", text="Hears on the left only", is_for_desk=True, by=by, now=now)
