"""Two records of one person: one with a row in every table that names a person, one with hardly any."""

from datetime import timedelta

import pytest

from patients.consents import record_consent
from patients.corrections import ask_correction
from patients.intake import invite
from patients.models import Confidant, Confidence, HistoryItem, Import, Opening, Patient, Restriction
from scheduling.models import Appointment, AppointmentType, WaitingEntry
from tests.clinic.building import next_morning
from tests.clinic.world import Place, World
from tests.patients.documents.making import a_document
from tests.patients.register_making import in_the_register
from tests.treatments.people import a_patient
from treatments.models import LotMove, RecallContact
from treatments.models.withdrawal import ContactOutcome


@pytest.fixture
def here(the: World) -> Place:
    return the.here


@pytest.fixture
def merged(the: World, here: Place) -> Patient:
    """Who was treated here, with a row in every table that names a person."""
    patient, now = here.treated, the.now
    record_consent(patient=patient, kind="data_use", is_given=True, by=here.doctor, now=now)
    invite(patient=patient, by=None, now=now)
    ask_correction(patient=patient, part="name", words="One name only", now=now)
    kind = AppointmentType.objects.get(kind="consultation")
    start = next_morning(now, here.location, days=5)
    Appointment.objects.create(
        patient=patient, clinician=here.doctor, location=here.location, type=kind, starts_at=start,
        ends_at=start + timedelta(minutes=30), occupied_until=start + timedelta(minutes=30), booked_at=now,
        follow_up=here.follow_up,
    )  # fmt: skip
    WaitingEntry.objects.create(
        patient=patient, location=here.location, type=kind, first_on=start.date(), until_on=start.date(),
        entered_by=here.colleague, entered_at=now,
    )  # fmt: skip
    in_the_register(patient, here.colleague, now)
    ended = {"added_by": here.doctor, "added_at": now, "ended_by": here.doctor, "ended_at": now}
    Confidence.objects.create(patient=patient, because="A colleague", ended_because="Left", **ended)
    Confidant.objects.create(patient=patient, person=here.doctor, **ended)
    Restriction.objects.create(
        patient=patient, ground="claim", because="File 7", kept_until_on=now.date(), ended_because="Settled", **ended
    )
    Opening.objects.create(patient=patient, by=here.doctor, because="Rang", at=now, until=now + timedelta(minutes=30))
    move = LotMove.objects.create(lot=here.lot, state="recalled", reason="A letter", by=here.doctor, at=now)
    RecallContact.objects.create(recall=move, patient=patient, outcome=ContactOutcome.REACHED, by=here.doctor, at=now)
    a_document(patient, by=here.colleague, now=now)
    brought = Import.objects.create(location=here.location, file_name="a.csv", size=1, encoding="utf-8", began_at=now)
    HistoryItem.objects.create(patient=patient, kind="allergy", description="Latex", source_key="1", brought_by=brought)
    return Patient.objects.get(pk=patient.pk)


@pytest.fixture
def survivor(here: Place) -> Patient:
    return a_patient(location=here.location, given_name="Meenal", email="meenal@patients.example", phone="")
