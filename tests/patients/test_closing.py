"""Closing a record and opening it: who may open it when, what the database keeps, what the trail says."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.staff.models import Role, User
from patients import closing
from patients.models import Confidant, Confidence, Opening, Patient, Restriction
from tests.patients.making import NOW, member, person

pytestmark = pytest.mark.django_db
UNTIL = date(2035, 1, 11)


@pytest.fixture
def manager() -> User:
    return member(Role.MANAGER)


@pytest.fixture
def doctor() -> User:
    return member(Role.CLINICIAN)


@pytest.fixture
def asha() -> Patient:
    return person()


@pytest.fixture
def clock(time_machine: Any) -> Any:
    time_machine.move_to(NOW, tick=False)
    return time_machine


def restricted(patient: Patient, by: User) -> Restriction:
    return closing.restrict(
        patient=patient, ground="erasure_asked", because="Letter of 9 Jan", kept_until_on=UNTIL, by=by, now=NOW
    )


def sees(user: User) -> tuple[bool, bool]:
    """Whether they may open the only record, and whether they find it in a list."""
    return Patient.objects.visible_to(user).exists(), Patient.objects.listed_for(user).exists()


def test_confidential_record_is_open_to_who_is_named_and_found_by_all(
    asha: Patient, manager: User, doctor: User
) -> None:
    desk = member()
    assert {sees(user) for user in (manager, doctor, desk)} == {(True, True)}
    closing.make_confidential(patient=asha, because="A colleague", people=[doctor, manager], by=manager, now=NOW)
    assert (sees(doctor), sees(manager), sees(desk)) == ((True, True), (True, True), (False, True))
    closing.name_confidants(patient=asha, people=[manager, desk], by=manager, now=NOW)
    assert (sees(doctor), sees(manager), sees(desk)) == ((False, True), (True, True), (True, True))
    closing.end_confidence(patient=asha, because="Left the clinic", by=manager, now=NOW)
    assert {sees(user) for user in (manager, doctor, desk)} == {(True, True)}
    assert not Confidant.objects.standing().exists()
    with pytest.raises(closing.NotStanding):
        closing.end_confidence(patient=asha, because="Again", by=manager, now=NOW)
    verbs = Entry.objects.filter(patient_public_id=asha.public_id).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "patient.registered",
        "patient.made_confidential",
        "patient.confidants_named",
        "patient.confidants_named",
        "patient.confidence_ended",
    ]


def test_restricted_record_is_open_to_nobody_and_not_found_by_the_desk(
    asha: Patient, manager: User, doctor: User
) -> None:
    desk = member()
    restricted(asha, manager)
    assert (sees(manager), sees(doctor), sees(desk)) == ((False, True), (False, True), (False, False))
    assert Patient.objects.at_places_of(desk).exists()
    with pytest.raises(closing.StandsAlready):
        restricted(asha, manager)
    closing.lift(patient=asha, because="Taken back on 2 Feb", by=manager, now=NOW)
    assert {sees(user) for user in (manager, doctor, desk)} == {(True, True)}
    with pytest.raises(closing.NotStanding):
        closing.lift(patient=asha, because="Again", by=manager, now=NOW)
    details = list(Entry.objects.filter(verb__startswith="record.").order_by("pk").values_list("verb", "detail"))
    assert details == [
        ("record.restricted", {"ground": "erasure_asked", "kept_until": "2035-01-11"}),
        ("record.restriction_lifted", {}),
    ]


def test_being_named_does_not_open_a_restricted_record(asha: Patient, manager: User, doctor: User) -> None:
    closing.make_confidential(patient=asha, because="A colleague", people=[doctor], by=manager, now=NOW)
    restricted(asha, manager)
    assert sees(doctor) == (False, True)


def test_closed_record_opened_with_a_reason_is_open_for_half_an_hour_to_that_person(
    asha: Patient, manager: User, doctor: User, clock: Any
) -> None:
    restricted(asha, manager)
    opening = closing.open_closed(patient=asha, because="Rang with double vision", by=doctor, now=NOW)
    assert opening.until == NOW + timedelta(minutes=30)
    clock.move_to(NOW + timedelta(minutes=29), tick=False)
    assert (sees(doctor)[0], sees(manager)[0]) == (True, False)
    clock.move_to(NOW + timedelta(minutes=30), tick=False)
    assert not sees(doctor)[0]
    assert Entry.objects.get(verb="chart.opened_though_closed").detail == {"closed": "restricted"}


def test_people_elsewhere_see_nothing_of_it_even_opened(asha: Patient, manager: User) -> None:
    from tests.patients.making import place

    elsewhere = member(Role.CLINICIAN, at=place("Elsewhere"))
    closing.open_closed(patient=asha, because="Curious", by=elsewhere, now=NOW)
    assert sees(elsewhere) == (False, False)


def test_the_flag_on_the_person_follows_the_rows_whoever_writes_it(asha: Patient, manager: User) -> None:
    stale = Patient.objects.get(pk=asha.pk)
    row = restricted(asha, manager)
    assert asha.restricted_at == row.added_at
    stale.save()  # a page that read the row before
    Patient.objects.filter(pk=asha.pk).update(restricted_at=None, confidential_at=NOW)
    asha.refresh_from_db()
    assert (asha.restricted_at, asha.confidential_at) == (NOW, None)
    closing.lift(patient=asha, because="Settled", by=manager, now=NOW)
    asha.refresh_from_db()
    assert asha.restricted_at is None


ENDED = {"ended_at": NOW, "ended_because": "Done"}


@pytest.mark.parametrize(
    ("model", "facts", "constraint"),
    [
        (Restriction, {"because": ""}, "restriction_says_why"),
        (Restriction, {"ground": "whim"}, "restriction_ground_is_known"),
        (Restriction, {"ended_because": "Done"}, "restriction_lifted_says_why"),
        (Restriction, ENDED, "restriction_ended_says_by_whom"),
        (Confidence, {"because": ""}, "confidence_says_why"),
        (Confidence, {"ended_because": "Done"}, "confidence_ended_says_why"),
        (Confidence, ENDED, "confidence_ended_says_by_whom"),
        (Confidant, {"ended_at": NOW}, "confidant_ended_says_by_whom"),
        (Opening, {"because": ""}, "opening_says_why"),
        (Opening, {"until": NOW}, "opening_ends_after_it_began"),
    ],
)
def test_database_refuses_what_cannot_be(
    asha: Patient, manager: User, model: Any, facts: dict[str, Any], constraint: str
) -> None:
    plain: dict[Any, dict[str, Any]] = {
        Restriction: {"ground": "claim", "because": "File 7", "kept_until_on": UNTIL},
        Confidence: {"because": "A colleague"},
        Confidant: {"person": manager},
        Opening: {"because": "Rang", "by": manager, "at": NOW, "until": NOW + timedelta(minutes=30)},
    }
    by = {} if model is Opening else {"added_by": manager, "added_at": NOW}
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        model.objects.create(patient=asha, **plain[model] | by | facts)
    assert violated(error.value) == constraint


def test_each_stands_once(asha: Patient, manager: User) -> None:
    added = {"added_by": manager, "added_at": NOW}
    Confidant.objects.create(patient=asha, person=manager, **added)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Confidant.objects.create(patient=asha, person=manager, **added)
    assert violated(error.value) == "confidant_stands_once"
    closing.make_confidential(patient=asha, because="A colleague", people=[], by=manager, now=NOW)
    with pytest.raises(closing.StandsAlready):
        closing.make_confidential(patient=asha, because="A colleague", people=[], by=manager, now=NOW)


@pytest.mark.parametrize("table", ["confidence", "confidant", "restriction", "opening"])
def test_rows_are_never_gone_and_an_opening_never_changes(asha: Patient, table: str) -> None:
    for statement in (f"DELETE FROM patients_{table}", f"UPDATE patients_{table} SET patient_id = 1"):  # noqa: S608 - named above
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
