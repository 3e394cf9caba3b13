"""A treated patient with a visit to come, the link of their page, and a browser in which its code was typed."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from clinic.staff.models import Role, User
from patients.link_check import code_of, send_code
from patients.models import Patient
from patients.reminders import own_page_link
from scheduling import booking
from scheduling.booking import Slot
from scheduling.models import AppointmentKind, AppointmentType, ProviderHours
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed

NOW = datetime(2027, 5, 3, 4, 30, tzinfo=UTC)
SIGNED_AT = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
DAY = datetime(2027, 5, 27, 5, 0, tzinfo=UTC)


class Held:
    """A treated patient with a visit to come, who holds the link of their page."""

    def __init__(self, time_machine: Any) -> None:
        doctor = a_user(Role.CLINICIAN)
        time_machine.move_to(SIGNED_AT, tick=False)
        self.session = signed(ready_to_sign(doctor, SIGNED_AT, email="meenal@patients.example"), doctor, SIGNED_AT)
        time_machine.move_to(NOW, tick=False)
        self.patient: Patient = self.session.patient
        self.doctor: User = doctor
        self.kind = AppointmentType.objects.create(
            name="Consultation", public_name="Visit", kind=AppointmentKind.CONSULTATION, minutes=30,
            after_buffer_minutes=0,
        )  # fmt: skip
        for weekday in range(6):
            ProviderHours.objects.create(
                clinician=doctor, location=self.session.location, weekday=weekday, starts="10:00", ends="13:00"
            )
        self.visit = self.booked(DAY)
        self.link, self.token = own_page_link(self.patient, now=NOW)

    def booked(self, at: datetime) -> Any:
        place = Slot(clinician=self.doctor, location=self.session.location, room=None, type=self.kind, starts_at=at)
        return booking.book(patient=self.patient, slot=place, by=self.doctor, now=NOW)

    def url(self, name: str = "", *more: object) -> str:
        return reverse(f"scheduling:own_page{name}", args=[self.token, *more])

    def recognised(self) -> Client:
        """A browser in which the code was typed."""
        send_code(link=self.link, now=NOW)
        browser = Client()
        answer = browser.post(self.url("_check"), {"how": "code", "code": code_of(self.link)})
        assert (answer.status_code, answer.headers["Location"]) == (302, self.url())
        return browser
