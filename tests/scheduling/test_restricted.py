"""A record restricted by the law: where its follow-ups, letters, visits and links are, and what lifting brings back.

Treated on Monday 1 March 2027, 84 days: first letter 10 May, to be back 24 May, overdue letter 3 June.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients import closing, hooks, intake, intake_following
from patients.models import Intake, Patient
from patients.registration import PersonFacts, amend
from scheduling import booking, checking_in, following_up, owing, unsettled
from scheduling.booking import Slot
from scheduling.errors import RecordIsRestricted
from scheduling.exporting import asking, making
from scheduling.exporting.taking import take_patient
from scheduling.models import AppointmentType, ClinicExport, ExportPiece
from scheduling.waiting import hearing
from tests.patients.making import client_of
from tests.scheduling.exporting.reading import resources_of, tables_of
from tests.scheduling.test_following_up import BACK_ON, NOW, at_nine, visit
from tests.scheduling.test_who_is_reached import stands, waiting
from tests.treatments.people import a_location, a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER)


@pytest.fixture
def session() -> InjectionSession:
    doctor = a_user(Role.CLINICIAN)
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)


def restrict(session: InjectionSession, by: User, now: datetime = NOW) -> Patient:
    patient = Patient.objects.get(pk=session.patient_id)
    closing.restrict(
        patient=patient, ground="erasure_asked", because="Letter", kept_until_on=date(2035, 3, 1), by=by, now=now
    )
    return patient


def test_deeds_that_hang_on_a_restriction_are_pinned() -> None:
    assert hooks.on_restricted == [
        intake_following.cancel_for_restricted,
        following_up.record_restricted,
        hearing.patient_gone,
        asking.record_restricted,
    ]
    assert hooks.on_confidants_named == [asking.confidants_named]
    assert hooks.on_restriction_lifted == [
        following_up.restriction_lifted,
        checking_in.patient_lives,
        owing.patient_lives,
    ]


def test_follow_up_is_closed_with_the_reason_and_owed_again_when_lifted(
    session: InjectionSession, manager: User
) -> None:
    patient = restrict(session, manager, at_nine(date(2027, 5, 9)))
    assert stands(session) == ("closed", "closed", "restricted")
    assert not Letter.objects.for_person(patient).live().exists()
    lifted_at = at_nine(date(2027, 5, 26)) + timedelta(hours=1)
    closing.lift(patient=patient, because="Taken back", by=manager, now=lifted_at)
    assert stands(session) == ("pending", "letters", "")
    assert waiting(session) == [("1.1", "2", at_nine(date(2027, 5, 27))), ("1", "3", at_nine(date(2027, 6, 3)))]


def test_nothing_is_booked_and_visits_to_come_are_listed_to_cancel(session: InjectionSession, manager: User) -> None:
    booked = visit(session, BACK_ON)
    patient = restrict(session, manager)
    (row,) = unsettled.visits_to_settle(user=manager, now=NOW)
    assert (row.visit, row.reason, row.why) == (
        booked, "restricted", "The record is kept by law and closed to everyday work.",
    )  # fmt: skip
    kind = AppointmentType.objects.get(pk=booked.type_id)
    with pytest.raises(RecordIsRestricted):
        booking.book(
            patient=patient,
            slot=Slot(
                clinician=booked.clinician, location=booked.location, room=None, type=kind,
                starts_at=booked.starts_at + timedelta(days=7),
            ),
            by=manager,
            now=NOW,
        )  # fmt: skip


def test_open_form_is_cancelled_and_the_desk_is_not_offered_anything(session: InjectionSession, manager: User) -> None:
    form = intake.invite(patient=Patient.objects.get(pk=session.patient_id), by=manager, now=NOW)
    patient = restrict(session, manager)
    assert Intake.objects.get(pk=form.pk).state == "cancelled"
    card = client_of(manager).get(reverse("scheduling:caller", args=[patient.public_id])).content.decode()
    assert "closed to everyday work: nothing is booked" in card
    assert reverse("scheduling:book") not in card


def test_export_of_a_restricted_record_says_so(session: InjectionSession, manager: User) -> None:
    patient = restrict(session, manager)
    taken = take_patient(patient=patient, form="tables", by=manager)
    assert taken.name == f"record-{patient.record_number}-restricted.zip"
    (row,) = tables_of(patient)["restriction"]
    assert (row["ground"], row["because"], row["kept_until_on"]) == ("erasure_asked", "Letter", "2035-03-01")
    (written,) = resources_of(patient, "Patient")
    assert [one["code"] for one in written["meta"]["security"]] == ["R", "restricted-by-law"]


def a_draft() -> tuple[InjectionSession, User]:
    """A session that was begun and waits to be signed; its patient has an address and no letter yet."""
    doctor = a_user(Role.CLINICIAN)
    return ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor


def died(session: InjectionSession, by: User, on: date | None = date(2027, 3, 1), now: datetime = NOW) -> Patient:
    patient = Patient.objects.get(pk=session.patient_id)
    facts = replace(PersonFacts.of(patient), deceased_on=on)
    return amend(patient=patient, seen_version=patient.version, facts=facts, by=by, now=now)


@pytest.mark.parametrize("is_lifted_first", [True, False])
def test_who_died_and_is_restricted_is_owed_all_of_it_once_both_are_taken_back(
    session: InjectionSession, manager: User, is_lifted_first: bool
) -> None:
    """Neither fails over what the other closed, and none of it stays closed for good."""
    visit(session, BACK_ON)
    AppointmentType.objects.update(needs_intake=True)
    patient = restrict(session, manager)
    died(session, manager)

    def lift() -> None:
        closing.lift(patient=patient, because="Taken back", by=manager, now=NOW)

    def live() -> None:
        died(session, manager, on=None)

    first, second = (lift, live) if is_lifted_first else (live, lift)
    first()
    assert (stands(session)[0], Letter.objects.for_person(patient).live().exists()) == ("closed", False)
    second()
    owed = set(Letter.objects.for_person(patient).live().values_list("letter", flat=True))
    assert (stands(session)[0], owed) == (
        "booked", {"appointment_confirmed", "appointment_reminder", "check_in", "intake_invitation", "intake_nudge"},
    )  # fmt: skip


@pytest.mark.parametrize("reason", ["restricted", "deceased"])
def test_a_session_signed_after_the_record_was_closed_owes_nothing(reason: str, manager: User) -> None:
    """What was given is written down and signed; the row of the outbox is what would go, and there is none."""
    draft, doctor = a_draft()
    patient = restrict(draft, manager) if reason == "restricted" else died(draft, doctor)
    session = signed(draft, doctor, NOW)
    assert stands(session) == ("closed", "closed", reason)
    assert [*Letter.objects.for_person(patient).values_list("letter", "state")] == []


def test_a_session_signed_on_an_open_record_owes_its_letters() -> None:
    """The control: the same session, nothing closed."""
    draft, doctor = a_draft()
    session = signed(draft, doctor, NOW)
    owed = set(Letter.objects.for_person(session.patient).live().values_list("letter", flat=True))
    assert (stands(session)[0], owed) == ("pending", {"aftercare", "check_in", "follow_up_due"})


def test_lifting_owes_what_a_session_signed_meanwhile_owes(manager: User) -> None:
    draft, doctor = a_draft()
    patient = restrict(draft, manager)
    session = signed(draft, doctor, NOW)
    closing.lift(patient=patient, because="Taken back", by=manager, now=NOW + timedelta(days=3))
    assert stands(session) == ("pending", "letters", "")
    assert [step for _edition, step, _due in waiting(session)] == ["1", "2", "3"]


@pytest.mark.parametrize("is_ready", [True, False])
def test_a_clinics_file_made_before_is_thrown_away_and_one_made_anew_says_so(
    session: InjectionSession, manager: User, is_ready: bool
) -> None:
    """A file on the shelf would hand the record out as if nothing had been closed."""
    elsewhere = a_user(Role.MANAGER, location=a_location("Anand"))
    ours, theirs = (asking.ask(form="tables", by=one, now=NOW) for one in (manager, elsewhere))
    if is_ready:
        assert making.work(now=NOW) == 2
    browser = client_of(manager)
    taken = reverse("scheduling:export_clinic_file", args=[ours.public_id])
    patient = restrict(session, manager)
    assert browser.post(taken).status_code == 302, "nothing to take"
    states = [ClinicExport.objects.get(pk=one.pk).state for one in (ours, theirs)]
    assert states == ["gone", "ready" if is_ready else "asked"]
    assert not ExportPiece.objects.filter(export=ours).exists()
    assert Entry.objects.filter(verb="clinic.export_deleted", by=manager).count() == 1
    again = asking.ask(form="tables", by=manager, now=NOW + timedelta(hours=1))
    assert patient in asking.records_of(again)
