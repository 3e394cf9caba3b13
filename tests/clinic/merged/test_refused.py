"""What a merge and its way back refuse, before anything is written."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from patients import closing, hooks, register
from patients.ending import end
from patients.intake import invite
from patients.merge_refusals import (
    AlreadyMerged,
    ChangedMeanwhile,
    Entangled,
    InTheWay,
    NotStanding,
    SameRecord,
)
from patients.models import Intake, Patient
from patients.wording_merge import held_by_each
from scheduling import following_up, holdings, merge_obstacles
from scheduling.models import Appointment, WaitingEntry
from tests.clinic.merged.joining import left_with, merge, unmerge
from tests.clinic.world import World
from tests.treatments.people import a_patient
from treatments.holdings import of_the_record
from treatments.models import Plan


def test_what_ties_both_keeps_them_together(the: World, merged: Patient, survivor: Patient) -> None:
    form = Intake.objects.create(
        patient=survivor, questionnaire=the.here.intake.questionnaire, state="cancelled", invited_at=the.now
    )
    joined = merge(the, merged, survivor)
    plan = Plan.objects.get(pk=the.here.plan.pk)
    consultation = plan.consultation
    assert consultation is not None
    type(consultation).objects.create(
        patient=survivor, clinician=the.here.doctor, location=the.here.location, screening=consultation.screening,
        held_on=the.now.date(), intake=form,
    )  # fmt: skip
    Appointment.objects.filter(follow_up=the.here.follow_up).update(
        consultation=type(consultation).objects.get(intake=form)
    )
    with pytest.raises(Entangled):
        unmerge(the, joined)
    merged.refresh_from_db()
    assert merged.merged_into == survivor


def test_refused_into_itself_twice_in_a_circle_and_when_changed(the: World, merged: Patient, survivor: Patient) -> None:
    """BTX-050."""
    third = a_patient(location=the.here.location, given_name="Third")
    with pytest.raises(SameRecord):
        merge(the, merged, merged)
    with pytest.raises(ChangedMeanwhile):
        merge(the, merged, survivor, seen=(99, 1))
    joined = merge(the, merged, survivor)
    for pair in ((merged, survivor), (survivor, merged), (merged, third), (third, merged)):
        with pytest.raises(AlreadyMerged) as refused:
            merge(the, *pair)
        assert refused.value.patient == merged
    with pytest.raises(DatabaseError) as circle, transaction.atomic():
        Patient.objects.filter(pk=survivor.pk).update(merged_into=merged)
    assert violated(circle.value) == "patient_is_not_merged_in_a_circle"
    later = merge(the, survivor, third)
    with pytest.raises(NotStanding):
        unmerge(the, joined)
    unmerge(the, later)
    unmerge(the, joined)
    with pytest.raises(NotStanding):
        unmerge(the, joined)


def test_the_function_refuses_what_the_deed_would(the: World, merged: Patient, survivor: Patient) -> None:
    joined = merge(the, merged, survivor)
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT patients_move_record(%s, false)", [joined.pk])
    assert violated(refused.value) == "patients_merge_is_of_records_that_stand"
    unmerge(the, joined)
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT patients_move_record(%s, true)", [joined.pk])
    assert violated(refused.value) == "patients_merge_is_of_records_that_stand"


def test_refused_while_both_have_an_open_session(the: World, merged: Patient, survivor: Patient) -> None:
    other = Plan.objects.get(pk=the.there.plan.pk)
    with pytest.raises(InTheWay) as refused:
        merge(the, merged, other.patient)
    assert refused.value.sentences == ("Both have an injection session that is not signed: sign or discard one first.",)


def test_refused_while_visits_overlap_or_both_wait(the: World, merged: Patient, survivor: Patient) -> None:
    entry, visit = WaitingEntry.objects.get(patient=merged), Appointment.objects.get(patient=merged)
    for row in (entry, visit):
        row.pk, row.public_id, row.patient = None, uuid4(), survivor
    visit.follow_up, visit.is_overbooked, visit.overbook_reason = None, True, "A relative"
    visit.save(force_insert=True)
    entry.save(force_insert=True)
    with pytest.raises(InTheWay) as refused:
        merge(the, merged, survivor)
    first, second = refused.value.sentences
    assert first.startswith("Both have a visit on ")
    assert second == "Both wait for “Consultation”: take one off the waiting list first."
    assert left_with(merged)


def test_a_form_that_is_begun_is_not_left_behind(the: World, merged: Patient, survivor: Patient) -> None:
    invite(patient=survivor, by=None, now=the.now)
    Intake.objects.filter(patient=merged, state="invited").update(state="started")
    with pytest.raises(InTheWay):
        merge(the, merged, survivor)


def test_a_number_of_one_kind_and_closed_records_are_settled_first(
    the: World, merged: Patient, survivor: Patient
) -> None:
    by, now = the.here.colleague, the.now
    twin = register.add_identifier(
        patient=survivor, kind="hospital", value="H-779", issuer="CIVIL HOSPITAL", by=by, now=now
    )
    closing.make_confidential(patient=merged, because="A colleague", people=[by], by=by, now=now)
    closing.restrict(patient=survivor, ground="claim", because="File 7", kept_until_on=now.date(), by=by, now=now)
    with pytest.raises(InTheWay) as refused:
        merge(the, merged, survivor)
    assert refused.value.sentences == (
        "One of them is restricted by law: the manager lifts that first.",
        "One of them is confidential: end that first, and say anew who opens the one that goes on.",
        "Both have a number of the kind “Record number elsewhere”: end one first.",
    )
    closing.lift(patient=survivor, because="Settled", by=by, now=now)
    closing.end_confidence(patient=merged, because="Left", by=by, now=now)
    end(twin, verb="patient.number_ended", by=by, now=now)
    merge(the, merged, survivor)


def test_how_much_stands_in_each_is_counted_before_they_are_one(merged: Patient, survivor: Patient) -> None:
    counted = held_by_each(merged=merged, survivor=survivor)
    assert {one.label: (one.survivor, one.merged) for one in counted} == {
        "Visits": (0, 1), "Plans": (0, 1), "Signed sessions": (0, 1),
        "Forms sent in": (0, 0), "Consents": (0, 2), "Documents": (0, 1),
    }  # fmt: skip


def test_lists_of_what_hears_of_a_merge_are_pinned() -> None:
    assert merge_obstacles.of_the_calendar in hooks.merge_obstacles
    assert closing.closed_in_the_way in hooks.merge_obstacles
    assert register.numbers_in_the_way in hooks.merge_obstacles
    assert len(hooks.merge_obstacles) == 4
    assert hooks.holdings == [of_the_record, holdings.of_the_calendar]
    assert hooks.on_merged == [following_up.records_merged]
    assert hooks.on_unmerged == [following_up.records_unmerged]


def test_pressed_twice_it_is_merged_once(the: World, merged: Patient, survivor: Patient) -> None:
    press = uuid4()
    seen = (merged.version, survivor.version)
    joined = merge(the, merged, survivor, press=press, seen=seen)
    assert merge(the, merged, survivor, press=press, seen=seen) == joined
    assert Entry.objects.filter(verb="patient.merged", thing_public_id=merged.public_id).count() == 1
