"""Every link dies when its matter does: purpose by event, with the control that a link the event is not about lives."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients import closing
from patients.intake import invite
from patients.link_refusals import LinkRefused
from patients.links import make_link, open_link
from patients.models import Patient
from patients.registration import PersonFacts, amend
from scheduling import booking, following_up
from scheduling.booking import Slot
from scheduling.models import (
    Appointment,
    AppointmentKind,
    AppointmentType,
    FollowUp,
    FreedTime,
    ProviderHours,
    SlotOffer,
)
from scheduling.waiting import keeping
from scheduling.wishes import Wish
from tests.clinic.matrix import LINKS
from tests.clinic.test_privacy import every_row
from tests.treatments.people import a_patient, a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models.session import VoidReason
from treatments.signing import void_session

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 5, 3, 4, 30, tzinfo=UTC)  # a Monday; the session was in March, the day to be back is in May
SIGNED_AT = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
DAY = datetime(2027, 5, 27, 5, 0, tzinfo=UTC)
ROUTES = {
    "intake": "patients:intake_open",
    "book": "scheduling:book_by_link",
    "confirm-visit": "scheduling:confirm_visit",
    "manage-visit": "scheduling:manage_visit",
    "check-in": "scheduling:check_in",
    "stop-reminders": "patients:stop_reminders",
    "preferences": "patients:preferences",
    "consents": "patients:consents_link",
    "aftercare": "scheduling:aftercare",
    "slot-offer": "scheduling:slot_offer",
    "my-page": "scheduling:own_page",
}
PURPOSES = tuple(ROUTES)
OF_STAFF = {"staff:letter", "scheduling:feed"}
"""These have their own tests: tests/clinic/test_staff_links.py, tests/scheduling/test_feeds.py."""
OF_PATIENTS = {name: entry for name, entry in LINKS.items() if name not in OF_STAFF}
TOKENS = {
    "intake_link": "intake",
    "book_link": "book",
    "visit_link": "confirm-visit",
    "manage_link": "manage-visit",
    "check_in_link": "check-in",
    "stop_link": "stop-reminders",
    "preferences_link": "preferences",
    "consents_link": "consents",
    "advice_link": "aftercare",
    "offer_link": "slot-offer",
    "page_link": "my-page",
}
"""What the matrix calls a link of each purpose."""


@dataclass
class Held:
    """One patient who holds a link of every purpose, and the staff who change things."""

    patient: Patient
    doctor: User
    follow_up: FollowUp
    visit: Appointment
    tokens: dict[str, str]

    def page(self, purpose: str) -> Any:
        return Client().get(reverse(ROUTES[purpose], args=[self.tokens[purpose]]))


def slot(held: Held, starts_at: datetime) -> Slot:
    kind = AppointmentType.objects.get(kind=held.visit.type.kind)
    return Slot(clinician=held.doctor, location=held.visit.location, room=None, type=kind, starts_at=starts_at)


@pytest.fixture
def held(time_machine: Any) -> Held:
    doctor = a_user(Role.CLINICIAN)
    time_machine.move_to(SIGNED_AT, tick=False)
    session = signed(ready_to_sign(doctor, SIGNED_AT, email="meenal@patients.example"), doctor, SIGNED_AT)
    patient, location = session.patient, session.location
    time_machine.move_to(NOW, tick=False)
    for name, kind in (("Injection", AppointmentKind.INJECTION), ("Consultation", AppointmentKind.CONSULTATION)):
        AppointmentType.objects.create(name=name, public_name="Visit", kind=kind, minutes=30, after_buffer_minutes=0)
    for weekday in range(6):
        ProviderHours.objects.create(clinician=doctor, location=location, weekday=weekday, starts="10:00", ends="13:00")
    consultation = AppointmentType.objects.get(kind=AppointmentKind.CONSULTATION)
    visit = booking.book(
        patient=patient,
        slot=Slot(clinician=doctor, location=location, room=None, type=consultation, starts_at=DAY),
        by=doctor,
        now=NOW,
    )
    follow_up = FollowUp.objects.get(session=session)
    letter = Letter.objects.about(session).of_kind("check_in").order_by("due_at")[0]
    Letter.objects.filter(pk=letter.pk).update(
        state="sent", attempt=1, handing_over_at=letter.due_at, sent_at=letter.due_at, ended_at=letter.due_at
    )
    about: dict[str, Any] = {
        "intake": invite(patient=patient, by=doctor, now=NOW),
        "book": follow_up,
        "confirm-visit": visit,
        "manage-visit": visit,
        "check-in": letter,
        "stop-reminders": patient,
        "preferences": patient,
        "consents": patient,
        "aftercare": session,
        "slot-offer": an_offer(visit),
        "my-page": patient,
    }
    tokens = {
        purpose: make_link(
            purpose=purpose, patient=patient, about=about[purpose], now=NOW, expires_at=NOW + timedelta(days=60)
        )[1]
        for purpose in PURPOSES
    }
    return Held(patient, doctor, follow_up, visit, tokens)


def an_offer(visit: Appointment) -> SlotOffer:
    """Tomorrow's time, offered to who would come sooner."""
    entry = keeping.put_on(
        patient=visit.patient, kind=visit.type, wish=Wish(NOW.date(), NOW.date() + timedelta(days=9)),
        by=visit.clinician, now=NOW,
    )  # fmt: skip
    starts_at = NOW + timedelta(days=1, minutes=30)
    freed = FreedTime.objects.create(
        location=visit.location, clinician=visit.clinician, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30), freed_at=NOW,
    )  # fmt: skip
    offer: SlotOffer = SlotOffer.objects.create(
        entry=entry, freed=freed, starts_at=starts_at, made_at=NOW, expires_at=NOW + timedelta(hours=4)
    )
    return offer


def moved(held: Held) -> None:
    later = slot(held, DAY + timedelta(hours=1))
    booking.move(appointment=held.visit, slot=later, seen_version=held.visit.version, by=held.doctor, now=NOW)


def cancelled(held: Held) -> None:
    booking.cancel(appointment=held.visit, reason="Travels", by=held.doctor, now=NOW)


def booked_at_the_desk(held: Held) -> None:
    kind = AppointmentType.objects.get(kind=AppointmentKind.INJECTION)
    at = replace(slot(held, DAY + timedelta(days=1)), type=kind)
    booking.book(patient=held.patient, slot=at, by=held.doctor, now=NOW)


def declined(held: Held) -> None:
    following_up.decline(follow_up=held.follow_up, reason="Moved away", by=held.doctor, now=NOW)


def address_changed(held: Held) -> None:
    _amended(held, email="new@patients.example")


def died(held: Held) -> None:
    _amended(held, deceased_on=date(2027, 5, 2))


def restricted(held: Held) -> None:
    closing.restrict(
        patient=held.patient, ground="claim", because="File 7", kept_until_on=DAY.date(), by=held.doctor, now=NOW
    )


def merged(held: Held) -> None:
    Patient.objects.filter(pk=held.patient.pk).update(merged_into=a_patient(given_name="Survivor"))


def voided(held: Held) -> None:
    void_session(
        session=held.follow_up.session, kind=VoidReason.NEVER_GIVEN, reason="Not given", by=held.doctor, now=NOW
    )


def answered(held: Held) -> None:
    Client().post(reverse("scheduling:check_in", args=[held.tokens["check-in"]]), {})


def chosen(held: Held) -> None:
    Client().post(reverse("patients:preferences", args=[held.tokens["preferences"]]), {"language": "en"})


def stopped(held: Held) -> None:
    Client().post(reverse("patients:stop_reminders", args=[held.tokens["stop-reminders"]]))


def looked_at(held: Held) -> None:
    for purpose in PURPOSES:
        held.page(purpose)


def _amended(held: Held, **facts: Any) -> None:
    held.patient.refresh_from_db()
    changed = replace(PersonFacts.of(held.patient), **facts)
    amend(patient=held.patient, seen_version=held.patient.version, facts=changed, by=held.doctor, now=NOW)


EVENTS: dict[Callable[[Held], None], set[str]] = {
    moved: {"confirm-visit", "manage-visit"},
    cancelled: {"confirm-visit", "manage-visit"},
    booked_at_the_desk: {"book"},
    declined: {"book"},
    voided: {"book", "check-in", "aftercare"},
    answered: {"check-in"},
    chosen: set(),
    stopped: set(),
    looked_at: set(),
    address_changed: set(PURPOSES),
    died: set(PURPOSES),
    restricted: set(PURPOSES),
    merged: set(PURPOSES),
}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_links_die_when_their_matter_does_and_only_then(held: Held, event: Callable[[Held], None]) -> None:
    """F35: looking is one of the events, and it kills none."""
    event(held)
    dead = set()
    for purpose, token in held.tokens.items():
        try:
            open_link(token, purpose, NOW)
        except LinkRefused:
            dead.add(purpose)
    assert dead == EVENTS[event]
    for purpose in PURPOSES:
        page = held.page(purpose)
        assert page.status_code == (410 if purpose in dead else 200), (purpose, page.text)
        if purpose in dead:
            said = page.text.lower()
            assert "what you can do" in said or "this link has done its work" in said
            for word in ("meenal", "survivor", "died", "merged", "restricted", "patients.example", "travels"):
                assert word not in said, (purpose, word)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_links_end_with_their_last_moment(held: Held, purpose: str, time_machine: Any) -> None:
    time_machine.move_to(NOW + timedelta(days=60), tick=False)
    page = held.page(purpose)
    assert page.status_code == 410
    assert "It worked until 2 Jul 2027." in page.text


def test_each_page_of_a_link_is_of_a_purpose_in_the_table() -> None:
    """A new kind of link must say here when it dies; the matrix is pinned to the resolver."""
    assert {entry.named["token"] for entry in OF_PATIENTS.values()} == set(TOKENS)
    assert set(TOKENS.values()) == set(PURPOSES)


def test_a_cancelled_visit_does_not_leave_the_old_link_saying_it_is_planned(held: Held) -> None:
    booked_at_the_desk(held)
    assert "The next visit is planned." in held.page("book").text
    visit = Appointment.objects.get(follow_up=held.follow_up)
    booking.cancel(appointment=visit, reason="Travels", by=held.doctor, now=NOW)
    assert "is over, or was cancelled" in held.page("book").text


def test_a_scanner_that_opens_every_page_of_every_link_changes_no_row(held: Held) -> None:
    """F35: GET and HEAD, five times each, of every address in the matrix; then a person's press still works."""
    before = every_row()
    for name, entry in OF_PATIENTS.items():
        token = held.tokens[TOKENS[entry.named["token"]]]
        url = reverse(name, kwargs={"token": token, **entry.others})
        for _time in range(5):
            for method in ("GET", "HEAD"):
                assert Client().generic(method, url).status_code in {200, 302}, name
    assert every_row() == before
    assert [open_link(token, purpose, NOW).used_at for purpose, token in held.tokens.items()] == [None] * len(PURPOSES)
    stopped(held)
    held.patient.refresh_from_db()
    assert not held.patient.wants_reminders
