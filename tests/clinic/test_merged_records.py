"""Two records of one person become one, and two again: everything that hangs from them, signed rows too.

Case BTX-050, and issue 6: every foreign key to a person, from the models; each row back where it stood.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pghistory.models
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients import hooks, merging
from patients.consents import record_consent
from patients.intake import invite
from patients.merge_refusals import (
    AlreadyMerged,
    ChangedMeanwhile,
    Entangled,
    InTheWay,
    NotStanding,
    SameRecord,
)
from patients.models import Intake, Merge, MovedRow, Patient
from scheduling import following_up, merge_obstacles
from scheduling.models import Appointment, AppointmentType, WaitingEntry
from tests.clinic.world import Place, World, next_morning
from tests.treatments.people import a_patient
from treatments.models import InjectionSession, LotMove, Plan, RecallContact, Score
from treatments.models.withdrawal import ContactOutcome

KEPT_APART = {"audit_entry", "patients_merge", "patients_movedrow", "outbox_letter"}
"""What a merge adds to, or ends and owes anew: looked at in its own tests."""


def columns_of(model: type[models.Model]) -> tuple[Any, ...]:
    return model._meta.concrete_fields  # noqa: SLF001 - Django's documented meta API


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's documented meta API


def keys_to_a_person() -> list[tuple[type[models.Model], str]]:
    """Every foreign key to a person that the database holds, from the models: history's are not tied to anybody."""
    return [
        (model, field.column)
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, pghistory.models.Event)
        for field in columns_of(model)
        if field.remote_field is not None and field.remote_field.model is Patient
    ]


def moving() -> list[tuple[type[models.Model], str]]:
    return [(model, column) for model, column in keys_to_a_person() if table_of(model) not in merging.STAYS]


@pytest.fixture
def here(the: World) -> Place:
    return the.here


@pytest.fixture
def merged(the: World, here: Place) -> Patient:
    """Who was treated here, with a row in every table that names a person."""
    patient, now = here.treated, the.now
    record_consent(patient=patient, kind="data_use", is_given=True, by=here.doctor, now=now)
    invite(patient=patient, by=None, now=now)
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
    move = LotMove.objects.create(lot=here.lot, state="recalled", reason="A letter", by=here.doctor, at=now)
    RecallContact.objects.create(recall=move, patient=patient, outcome=ContactOutcome.REACHED, by=here.doctor, at=now)
    return Patient.objects.get(pk=patient.pk)


@pytest.fixture
def survivor(here: Place) -> Patient:
    return a_patient(location=here.location, given_name="Meenal", email="meenal@patients.example", phone="")


def merge(the: World, merged: Patient, survivor: Patient, *, taken: tuple[str, ...] = (), **more: Any) -> Merge:
    merged.refresh_from_db()
    survivor.refresh_from_db()
    facts: dict[str, Any] = {
        "seen": (merged.version, survivor.version),
        "press": uuid4(),
        "by": the.here.doctor,
        "now": the.now,
    }
    return merging.merge(merged=merged, survivor=survivor, taken=taken, **facts | more)


def unmerge(the: World, joined: Merge) -> None:
    merging.unmerge(joined=joined, by=the.here.people[Role.MANAGER], now=the.now + timedelta(hours=1))


def everything() -> dict[str, list[str]]:
    """Every row of every table, as the database writes it, but for what a merge adds to and a row's version."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = table_of(model)
        if table in KEPT_APART or table.startswith("pghistory") or issubclass(model, pghistory.models.Event):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT to_jsonb(t) - 'version' FROM {table} AS t ORDER BY 1")  # noqa: S608
            found[table] = [json.dumps(row, sort_keys=True) for (row,) in cursor.fetchall()]
    return found


def live_letters() -> set[tuple[str, ...]]:
    return {
        (one.letter, str(one.about_public_id), one.edition, one.step, str(one.person_public_id))
        for one in Letter.objects.live()
    }


def left_with(patient: Patient) -> set[str]:
    """Tables, of those that move, where rows still name this person."""
    held: list[tuple[Any, str]] = list(moving())
    return {table_of(model) for model, column in held if model.objects.filter(**{column: patient.pk}).exists()}


def test_every_key_to_a_person_has_a_row_in_these_tests(merged: Patient) -> None:
    """A new foreign key to a person fails here until a row of it is merged below, or it is named in STAYS."""
    assert left_with(merged) == {table_of(model) for model, _column in moving()}


def test_every_key_to_a_person_in_the_database_is_in_the_models() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute
               ON attrelid = conrelid AND attnum = conkey[1]
               WHERE contype = 'f' AND confrelid = 'patients_patient'::regclass"""
        )
        assert set(cursor.fetchall()) == {(table_of(model), column) for model, column in keys_to_a_person()}


def test_every_row_that_names_another_row_of_a_person_is_tied_to_the_same_person() -> None:
    """A new key between two tables of people fails here until the two are tied (`clinic.lib.db.of_one_patient`)."""
    people = {model for model, _column in moving()}
    wanted = {
        (table_of(model), field.column, table_of(field.remote_field.model))
        for model in people
        for field in columns_of(model)
        if field.remote_field is not None and field.remote_field.model in people
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, attname, confrelid::regclass::text FROM pg_constraint
               JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
               WHERE contype = 'f' AND conname LIKE '%%\\_is\\_of\\_the\\_same\\_patient'"""
        )
        assert set(cursor.fetchall()) == wanted


def test_a_session_of_another_persons_plan_is_refused(here: Place, survivor: Patient) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        InjectionSession.objects.filter(pk=here.draft.pk).update(patient=survivor)
    assert violated(refused.value) == "treatments_injectionsession_plan_id_is_of_the_same_patient"


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


@pytest.mark.parametrize("statement", [
    "UPDATE treatments_injectionsession SET patient_id = {0} WHERE signed_at IS NOT NULL",
    "UPDATE treatments_consultation SET patient_id = {0} WHERE signed_at IS NOT NULL",
    "UPDATE treatments_score SET patient_id = {0}",
    "UPDATE treatments_adverseevent SET patient_id = {0}",
    "UPDATE patients_consent SET patient_id = {0}",
    "UPDATE patients_movedrow SET moved_to = {0}",
    "DELETE FROM patients_movedrow",
    "DELETE FROM patients_merge",
    "UPDATE patients_merge SET survivor_id = {0}",
    ("INSERT INTO patients_movedrow (merge_id, table_name, column_name, row_id, moved_from, moved_to, transaction)"
    " SELECT id, 'patients_consent', 'patient_id', 1, 1, {0}, pg_current_xact_id()::text::bigint FROM patients_merge"),
])  # fmt: skip
def test_a_signed_row_moves_by_the_merge_alone(the: World, merged: Patient, survivor: Patient, statement: str) -> None:
    """After a merge, in its own transaction even, nothing else may be written of what it moved."""
    merge(the, merged, survivor)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(the.there.patient.pk))


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


def test_pressed_twice_it_is_merged_once(the: World, merged: Patient, survivor: Patient) -> None:
    press = uuid4()
    seen = (merged.version, survivor.version)
    joined = merge(the, merged, survivor, press=press, seen=seen)
    assert merge(the, merged, survivor, press=press, seen=seen) == joined
    assert Entry.objects.filter(verb="patient.merged", thing_public_id=merged.public_id).count() == 1


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


def test_a_form_that_is_begun_is_not_left_behind(the: World, merged: Patient, survivor: Patient) -> None:
    invite(patient=survivor, by=None, now=the.now)
    Intake.objects.filter(patient=merged, state="invited").update(state="started")
    with pytest.raises(InTheWay):
        merge(the, merged, survivor)


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


def test_lists_of_what_hears_of_a_merge_are_pinned() -> None:
    assert merge_obstacles.of_the_calendar in hooks.merge_obstacles
    assert len(hooks.merge_obstacles) == 2
    assert hooks.on_merged == [following_up.records_merged]
    assert hooks.on_unmerged == [following_up.records_unmerged]
