"""What an import saves: all of it or nothing, as by hand, once, and nothing of it when the worker is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.audit.models import Entry
from clinic.embedded.home import CHECKOUT
from clinic.staff.models import Role
from patients import names, spelling
from patients.birth import UNKNOWN_BIRTH, Birth
from patients.importing import deciding, deeds
from patients.importing.refusals import BadRowsStand, Busy, MovedOn
from patients.importing.rest import lines_of_rest
from patients.importing.running import LOCK, MOST_ATTEMPTS
from patients.models import Import, ImportPiece, ImportRow, Patient
from patients.registration import PersonFacts, register
from tests.patients.importing.making import FILES, HEAD, brought, checked, run, saved
from tests.patients.making import ASHA, NOW, member, person, place

ASHA_ROW = "000131,Asha Rao,31/01/1970,F,098765 00131,asha@example.org,gu,rings back\n"
THREE = HEAD + "1,Asha,1970,F,,,en,\n2,Ravi,1971,M,,,en,\n3,Meera,1972,F,,,en,\n"
NEVER_ALIKE = {"id", "public_id", "record_number", "source_key", "registered_at", "pgh_id", "pgh_created_at"}


def columns_of(model: Any, row: Any) -> dict[str, Any]:
    ignored = NEVER_ALIKE | {"pgh_obj_id", "pgh_context_id", "pgh_obj", "pgh_context"}
    return {one.attname: getattr(row, one.attname) for one in model._meta.concrete_fields if one.attname not in ignored}  # noqa: SLF001


@pytest.mark.django_db
def test_imported_person_is_as_registered_by_hand_with_history_and_trail() -> None:
    """Every column of the row and of its history but those that number it; search by ear filled."""
    manager = member(Role.MANAGER)
    imported = saved(HEAD + ASHA_ROW, by=manager)
    facts = PersonFacts(
        given_name="Asha Rao", birth=ASHA, sex="female", phone="+919876500131", email="asha@example.org",
        language="gu", note_for_desk="rings back",
    )  # fmt: skip
    by_hand = register(facts=facts, location=place(), by=manager, now=NOW)
    asha = Patient.objects.get(source_key="000131")
    assert columns_of(Patient, asha) == columns_of(Patient, by_hand)
    assert asha.search_sounds == spelling.sounds_of(names.fold("Asha Rao"))
    event = Patient.pgh_event_model  # type: ignore[attr-defined] # pghistory's
    mine, theirs = event.objects.get(id=asha.pk), event.objects.get(id=by_hand.pk)
    assert columns_of(event, mine) == columns_of(event, theirs)
    assert mine.pgh_context.metadata == {"user": manager.pk, "url": "import", "request": str(imported.public_id)}
    entry = Entry.objects.get(verb="patient.registered", thing_public_id=asha.public_id)
    assert (entry.by, entry.actor, entry.patient_public_id) == (manager, "staff", asha.public_id)
    assert entry.detail == {"location": str(place().public_id), "import": str(imported.public_id)}


@pytest.mark.django_db
def test_file_and_what_it_said_are_forgotten_once_it_is_saved() -> None:
    imported = saved(HEAD + ASHA_ROW)
    assert not ImportPiece.objects.exists()
    row = imported.rows.get()
    assert (row.facts, row.cells, row.search_name, row.phone, row.email) == (None, None, "", "", "")


@pytest.mark.django_db
def test_btx_067_all_or_nothing_unless_the_good_rows_are_asked_for() -> None:
    imported = checked((FILES / "patients_partial_failure.csv").read_bytes())
    with pytest.raises(BadRowsStand):
        deeds.ask_for_saving(imported=imported, by=None)
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_btx_067_one_import_at_a_time() -> None:
    first = brought(THREE)
    deeds.ask_for_check(imported=first, by=None)
    second = brought(THREE, name="again.csv")
    with pytest.raises(Busy) as refusal, transaction.atomic():
        deeds.ask_for_check(imported=second, by=None)
    assert refusal.value.other == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.filter(pk=second.pk).update(state="saving")


@pytest.mark.django_db
def test_btx_070_rest_runs_no_formula_and_comes_back_as_it_was() -> None:
    imported = saved(HEAD + '1,"=1+1",nobody knows,F,+91 98765 00131,,en,@x\n', good_rows_only=True)
    rest = "".join(lines_of_rest(imported))
    assert rest.splitlines()[1] == (
        "1,'=1+1,nobody knows,F,+91 98765 00131,,en,'@x,record 1 (line 2): date of birth cannot be read"
    )
    saved(rest.replace("nobody knows", "1970"))
    assert Patient.objects.values_list("given_name", "note_for_desk").get() == ("=1+1", "@x")


@pytest.mark.django_db
def test_same_number_twice_in_a_file_is_one_person_or_an_error() -> None:
    imported = checked(HEAD + "1,Asha,1970,F,,,en,\n1,Asha,1970,F,,,en,\n1,Ravi,1980,M,,,en,\n")
    assert [(row.outcome, row.reason) for row in imported.rows.order_by("number")] == [
        ("new", ""),
        ("known", "stands already in record 1"),
        ("bad", "its number stands already in record 1, with other facts"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("7,asha rao,31/01/1970,F,,,en,", ["same_name"]),
        ("7,Rao Asha,31/01/1970,F,,,en,", ["same_name"]),
        ("7,Usha Rao,31/01/1970,F,098765 00131,,en,", ["similar_name", "same_phone"]),
        ("7,Asha Rao,1971,F,,ASHA@example.org,en,", ["same_name", "same_email"]),
        ("7,Asha Rao,,F,,,en,", ["same_name"]),
        ("7,Asha Rao,01/1970,F,,,en,", ["same_name"]),
        ("7,Asha Rao,1971,F,,,en,", None),
        ("7,Nikhil Shah,31/01/1970,M,,,en,", None),
        ("7,Nikhil Shah,1980,M,098765 00131,,en,", None),
    ],
)
def test_btx_049_053_row_is_held_as_the_desk_would_be_warned(row: str, why: list[str] | None) -> None:
    """A year meets every day of it; twins are shown; a family's phone alone is nothing where births differ."""
    asha = person(birth=ASHA, phone="098765 00131", email="asha@example.org")
    held = checked(HEAD + row + "\n").rows.get()
    assert held.outcome == ("held" if why else "new")
    assert held.alike == ([[str(asha.public_id), why]] if why else None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "written", "is_held"),
    [
        (Birth(date(1970, 1, 1), "year"), "31/01/1970", True),
        (Birth(date(1971, 1, 1), "year"), "31/01/1970", False),
        (Birth(date(1970, 2, 1), "month"), "31/01/1970", False),
        (Birth(date(1965, 1, 1), "about"), "31/01/1970", True),
        (Birth(date(1964, 1, 1), "about"), "31/01/1970", False),
        (Birth(date(1965, 1, 1), "about"), "1970", True),
        (UNKNOWN_BIRTH, "31/01/1970", True),
        (UNKNOWN_BIRTH, "", True),
    ],
)
def test_btx_053_name_in_either_order_counts_where_who_is_here_was_born_about_then(
    known: Birth, written: str, is_held: bool
) -> None:
    person(birth=known)
    assert (checked(HEAD + f"7,Rao Asha,{written},F,,,en,\n").rows.get().outcome == "held") is is_held


@pytest.mark.django_db
def test_btx_049_of_two_alike_in_one_file_the_first_goes_in() -> None:
    imported = saved(HEAD + "1,Asha Rao,1970,F,,,en,\n2,asha rao,1970,F,,,en,\n3,Asha Rao,1970,F,,,en,\n")
    first = Patient.objects.get()
    assert first.source_key == "1"
    assert [row.alike for row in imported.rows.filter(outcome="held").order_by("number")] == [
        [[str(first.public_id), ["same_name"]]],
        [[str(first.public_id), ["same_name"]]],
    ]


@pytest.mark.django_db
def test_held_rows_are_decided_once_and_not_asked_again() -> None:
    manager, asha = member(Role.MANAGER), person(birth=ASHA)
    rows = "".join(f"{number},Asha Rao,31/01/1970,F,,,en,\n" for number in (1, 2, 3))
    imported = saved(HEAD + rows, by=manager)
    waiting = deciding.to_decide(imported, manager)
    assert [[other.patient for other in one.alike] for one in waiting] == [[asha], [asha], [asha]]
    same, another, left = [one.row for one in waiting]
    deciding.take_for_same(row=same, patient=asha, by=manager, now=NOW)
    new = deciding.register_another(row=another, compared="papers", by=manager, now=NOW)
    deciding.leave_out(row=left, by=manager, now=NOW)
    asha.refresh_from_db()
    assert (asha.source_key, asha.version) == ("1", 2)
    assert (new.source_key, new.birth, new.name) == ("2", Birth(date(1970, 1, 31), "day"), "Asha Rao")
    with pytest.raises(MovedOn):
        deciding.leave_out(row=ImportRow.objects.get(pk=same.pk), by=manager, now=NOW)
    imported.refresh_from_db()
    assert [imported.count(one) for one in ("held", "same", "another", "left_out")] == [0, 1, 1, 1]
    again = checked(HEAD + rows, by=manager)
    assert again.counts["known"] == 3


@pytest.mark.django_db
def test_cancelled_import_leaves_nothing() -> None:
    imported = checked(THREE)
    deeds.ask_for_saving(imported=imported, by=None)
    deeds.cancel(imported=imported, by=None, now=NOW)
    assert run(imported).state == "cancelled"
    assert not Patient.objects.exists()
    assert not ImportRow.objects.exists()
    assert not ImportPiece.objects.exists()


@pytest.mark.django_db
def test_import_that_never_comes_to_an_end_is_given_up() -> None:
    imported = brought(THREE)
    deeds.ask_for_check(imported=imported, by=None)
    Import.objects.filter(pk=imported.pk).update(attempts=MOST_ATTEMPTS)
    assert run(imported).state == "failed"


@contextmanager
def somebody_else() -> Iterator[Any]:
    """A connection of somebody else's to the same database, in a transaction that ends as it began."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.rollback()
        other.close()


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_it_saves_leaves_nothing_half_saved_and_the_next_one_ends_it() -> None:
    """A real process, with SIGKILL, after the first of three people: held up there by a row of somebody else's."""
    imported = checked(THREE)
    deeds.ask_for_saving(imported=imported, by=None)
    other = PersonFacts(given_name="Omar")
    columns = Patient(location=place(), source_key="2", **other.columns(), record_number=1)
    with somebody_else() as cursor:
        cursor.execute("SET lock_timeout = 0")
        fields = [one for one in Patient._meta.concrete_fields if one.attname not in {"id", "registered_at"}]  # noqa: SLF001
        named = ", ".join(f'"{one.column}"' for one in fields)
        values = [getattr(columns, one.attname) for one in fields]
        values = [str(one) if isinstance(one, UUID) else one for one in values]
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"INSERT INTO patients_patient ({named}, registered_at) VALUES ({marks}, now())", values)  # noqa: S608
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.patients.importing.worker", connection.settings_dict["NAME"]],
            cwd=CHECKOUT,
            env=os.environ,
        )
        until = time.monotonic() + 60
        while not _is_held_up(cursor) and time.monotonic() < until and worker.poll() is None:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
    assert not Patient.objects.exists()
    assert not Entry.objects.filter(verb="patient.registered").exists()
    assert (Import.objects.get().state, Import.objects.get().attempts) == ("saving", 1)
    until = time.monotonic() + 10
    while run(imported).state == "saving" and time.monotonic() < until:  # until Postgres has seen that it is gone
        time.sleep(0.05)
    assert imported.state == "done"
    assert set(Patient.objects.values_list("source_key", flat=True)) == {"1", "2", "3"}
    assert Entry.objects.filter(verb="patient.registered").count() == 3


def _is_held_up(cursor: Any) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_locks AS held JOIN pg_locks AS waits ON waits.pid = held.pid"
        " WHERE held.locktype = 'advisory' AND held.objid = %s AND NOT waits.granted"
        " AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [LOCK],
    )
    return bool(cursor.fetchone()[0])
