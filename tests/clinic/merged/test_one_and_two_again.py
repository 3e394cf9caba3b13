"""Two records of one person become one, and two again: each row back where it stood."""

from datetime import timedelta

import pghistory.models
import pytest

from clinic.audit.models import Entry
from clinic.outbox.models import Letter, LetterState
from clinic.staff.models import Role
from patients.consents import record_consent
from patients.intake import invite
from patients.link_refusals import LinkRevoked
from patients.links import make_link, open_link
from patients.models import Intake, MovedRow, Patient
from scheduling.exporting import scope
from scheduling.exporting.fhir.bundle import bundled
from scheduling.exporting.sheets import zipped
from scheduling.exporting.tables import tables
from scheduling.models import FollowUp
from tests.clinic.merged.joining import everything, left_with, live_letters, merge, moving, table_of, unmerge
from tests.clinic.world import World
from tests.scheduling.exporting.reading import resources_of, tables_in, tables_of
from treatments.models import Plan, Score


def test_a_merge_moves_every_row_and_says_so_once(the: World, merged: Patient, survivor: Patient) -> None:
    before = Entry.objects.count()
    joined = merge(the, merged, survivor)
    merged.refresh_from_db()
    assert merged.merged_into == survivor
    assert left_with(merged) == set()
    assert left_with(survivor) == {table_of(model) for model, _column in moving()}
    entry = Entry.objects.get(verb="patient.merged", thing_public_id=merged.public_id)
    assert (entry.thing_public_id, entry.patient_public_id, entry.by) == (
        merged.public_id, survivor.public_id, the.here.doctor,
    )  # fmt: skip
    assert entry.detail["moved"]["treatments_injectionsession"] == 2
    assert sum(entry.detail["moved"].values()) == MovedRow.objects.filter(merge=joined).count()
    assert Entry.objects.filter(patient_public_id=merged.public_id).exists()  # the trail stays where it was written
    assert Entry.objects.count() > before


def test_merged_and_taken_back_each_row_is_as_it_was(the: World, merged: Patient, survivor: Patient) -> None:
    before, letters = everything(), live_letters()
    joined = merge(the, merged, survivor, taken=("name", "phone", "note_for_desk", "born_on", "birth"))
    assert everything() != before
    unmerge(the, joined)
    after = everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert live_letters() == letters
    joined.refresh_from_db()
    assert joined.undone_by == the.here.people[Role.MANAGER]


def taken_along(*patients: Patient) -> list[bytes]:
    """Both forms of what each of these would take along."""
    return [
        made
        for one in patients
        for made in (b"".join(zipped(scope.one(one))), "".join(bundled(scope.one(one))).encode())
    ]


def test_merged_and_taken_back_each_takes_the_same_bytes_along(the: World, merged: Patient, survivor: Patient) -> None:
    """Issue 6: byte-equal, tables and FHIR; while they are one, the survivor's have everything and name who is who."""
    letter = Letter.objects.for_person(merged).live().order_by("pk")[0]
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.SENT, sent_at=the.now, handing_over_at=the.now, ended_at=the.now, subject_sent="Your visit"
    )
    before = taken_along(merged, survivor)
    own = {table.name for table in tables() if len(table.paths) == 1} & set(tables_in(before[0]))
    assert len(own) >= 20
    joined = merge(the, merged, survivor, taken=("name", "phone", "birth"))
    as_one = tables_of(survivor)
    for name, rows in tables_in(before[0]).items():
        assert len(as_one[name]) >= len(rows), name
    links = {one["id"]: one["link"] for one in resources_of(survivor, "Patient")}
    assert links == {
        str(merged.public_id): [{"other": {"reference": f"Patient/{survivor.public_id}"}, "type": "replaced-by"}],
        str(survivor.public_id): [{"other": {"reference": f"Patient/{merged.public_id}"}, "type": "replaces"}],
    }
    assert taken_along(merged, survivor) != before
    unmerge(the, joined)
    assert taken_along(merged, survivor) == before


def test_what_came_to_a_dead_persons_record_waits_for_nothing_and_goes_on_when_it_was_another(
    the: World, merged: Patient, survivor: Patient
) -> None:
    Patient.objects.filter(pk=survivor.pk).update(deceased_on=the.now.date())
    joined = merge(the, merged, survivor)
    follow_up = FollowUp.objects.get(pk=the.here.follow_up.pk)
    assert (follow_up.patient, follow_up.where, follow_up.reason) == (survivor, "closed", "deceased")
    assert not Letter.objects.for_person(survivor).live().exists()
    unmerge(the, joined)
    follow_up.refresh_from_db()
    assert (follow_up.patient, follow_up.closed_at) == (merged, None)
    assert follow_up.where != "closed"


def test_a_link_to_the_record_that_went_on_opens_nothing_of_what_went_back(
    the: World, merged: Patient, survivor: Patient
) -> None:
    joined = merge(the, merged, survivor)
    form = Intake.objects.get(patient=survivor, state="invited")
    _, token = make_link(
        purpose="intake", patient=survivor, about=form, now=the.now, expires_at=the.now + timedelta(days=9)
    )
    assert open_link(token, "intake", the.now).patient == survivor
    unmerge(the, joined)
    with pytest.raises(LinkRevoked):
        open_link(token, "intake", the.now)


def test_history_names_who_moved_a_signed_session(the: World, merged: Patient, survivor: Patient) -> None:
    with pghistory.context(user=the.here.doctor.pk):
        merge(the, merged, survivor)
    event = the.here.signed.events.order_by("-pgh_id").first()  # type: ignore[attr-defined]
    assert event.patient_id == survivor.pk
    assert event.pgh_context.metadata["user"] == the.here.doctor.pk


def test_letters_of_the_record_that_goes_are_owed_to_the_survivor(
    the: World, merged: Patient, survivor: Patient
) -> None:
    owed = {(one.letter, one.about_public_id) for one in Letter.objects.for_person(merged).live()}
    assert owed
    merge(the, merged, survivor)
    assert not Letter.objects.for_person(merged).live().exists()
    withdrawn = Letter.objects.for_person(merged).filter(reason="merged_away")
    assert {(one.letter, one.about_public_id) for one in withdrawn} >= owed
    assert {(one.letter, one.about_public_id) for one in Letter.objects.for_person(survivor).live()} >= owed


def test_what_was_written_since_goes_back_with_what_it_hangs_from(
    the: World, merged: Patient, survivor: Patient
) -> None:
    joined = merge(the, merged, survivor)
    plan = Plan.objects.get(pk=the.here.plan.pk)
    score = Score.objects.create(
        patient=plan.patient, plan=plan, instrument=the.here.outcome.score.instrument, value=4,
        taken_on=the.now.date(), recorded_at=the.now,
    )  # fmt: skip
    own = record_consent(patient=survivor, kind="data_use", is_given=True, by=the.here.doctor, now=the.now)
    unmerge(the, joined)
    score.refresh_from_db()
    own.refresh_from_db()
    assert (score.patient, own.patient) == (merged, survivor)


def test_an_invitation_nobody_answered_stays_behind_an_open_form(
    the: World, merged: Patient, survivor: Patient
) -> None:
    kept = invite(patient=survivor, by=None, now=the.now)
    merge(the, merged, survivor)
    invited = Intake.objects.filter(state="invited", patient__in=(merged, survivor)).order_by("patient")
    assert [form.patient_id for form in invited] == [
        merged.pk, survivor.pk,
    ]  # fmt: skip
    assert list(survivor.intakes.filter(state="invited")) == [kept]
    assert not Letter.objects.for_person(merged).live().exists()


def test_what_is_taken_over_is_given_back_unless_it_was_changed(the: World, merged: Patient, survivor: Patient) -> None:
    Patient.objects.filter(pk=merged.pk).update(phone="+919876500131", address="12 Sarthi Flats")
    joined = merge(the, merged, survivor, taken=("name", "phone", "address"))
    survivor.refresh_from_db()
    assert (survivor.name, survivor.phone, survivor.search_name) == (
        merged.name,
        "+919876500131",
        "treated here trivedi",
    )
    Patient.objects.filter(pk=survivor.pk).update(address="13 Sarthi Flats")
    unmerge(the, joined)
    survivor.refresh_from_db()
    assert (survivor.given_name, survivor.phone, survivor.address) == ("Meenal", "", "13 Sarthi Flats")
