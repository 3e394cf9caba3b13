"""Registering and amending, by the deeds."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from clinic.audit.models import Entry
from clinic.staff.models import User
from patients import hooks
from patients.birth import Birth
from patients.models import Patient
from patients.registration import AlreadyHere, EditedMeanwhile, PersonFacts, amend, register
from tests.patients.making import ASHA, NOW, member, person, place

pytestmark = pytest.mark.django_db


def test_registered_person_is_as_typed_and_in_the_trail() -> None:
    desk = member()
    facts = PersonFacts(given_name="મીનાબેન", family_name="ત્રિવેદી", birth=ASHA, phone="+919876500131", language="gu")
    patient = register(facts=facts, location=place(), by=desk, now=NOW)
    patient.refresh_from_db()
    assert PersonFacts.of(patient) == facts
    assert (patient.search_name, patient.phone_digits) == ("મીનાબેન ત્રિવેદી", "131005678919")
    entry = Entry.objects.get(verb="patient.registered")
    assert (entry.by, entry.thing_public_id) == (desk, patient.public_id)


def test_btx_041_one_name_is_saved_as_is() -> None:
    patient = person("Lakshmi", "")
    assert (patient.name, str(patient), patient.family_name, patient.search_name) == (
        "Lakshmi",
        "Lakshmi",
        "",
        "lakshmi",
    )


def test_trail_says_whom_a_new_person_is_unlike() -> None:
    other, desk = person(), member()
    register(
        facts=PersonFacts(given_name="Asha", family_name="Rao"),
        location=place(),
        by=desk,
        now=NOW,
        unlike=[other],
        compared="papers",
    )
    detail = Entry.objects.get(verb="patient.registered", by=desk).detail
    assert (detail["unlike"], detail["compared"]) == ([str(other.public_id)], "papers")


def test_source_key_registers_once() -> None:
    facts = PersonFacts(given_name="Asha")
    register(facts=facts, location=place(), by=None, now=NOW, source_key="a-1")
    with pytest.raises(AlreadyHere):
        register(facts=facts, location=place(), by=None, now=NOW, source_key="a-1")
    assert Patient.objects.count() == 1


def test_amended_person_has_the_next_version_and_the_trail_names_the_fields() -> None:
    patient, desk = person(), member()
    facts = replace(PersonFacts.of(patient), phone="+919876500132", note_for_desk="rings back")
    amend(patient=patient, seen_version=1, facts=facts, by=desk, now=NOW)
    assert (patient.version, patient.phone, patient.phone_digits) == (2, "+919876500132", "231005678919")
    assert Entry.objects.get(verb="patient.amended").detail == {"changed": ["phone", "note_for_desk"]}


def test_btx_094_later_edit_of_an_older_version_is_refused_and_says_what_stood() -> None:
    patient, desk, other = person(phone="098765 00131"), member(), member(name="Ila Joshi")
    seen = PersonFacts.of(patient)
    amend(patient=patient, seen_version=1, facts=replace(seen, phone="+919876500132"), by=other, now=NOW)
    with pytest.raises(EditedMeanwhile) as refusal:
        amend(patient=patient, seen_version=1, facts=replace(seen, note_for_desk="mine"), by=desk, now=NOW)
    assert refusal.value.seen == seen
    assert refusal.value.theirs.phone == "+919876500132"
    patient.refresh_from_db()
    assert (patient.version, patient.phone, patient.note_for_desk) == (2, "+919876500132", "")


@pytest.mark.django_db(transaction=True)
def test_btx_094_of_two_edits_at_once_one_is_told() -> None:
    patient, desk = person(), member()
    told: list[int] = []
    barrier = threading.Barrier(2)

    def edit(number: int) -> None:
        mine = Patient.objects.get(pk=patient.pk)
        facts = replace(PersonFacts.of(mine), note_for_desk=str(number))
        barrier.wait()
        try:
            amend(patient=mine, seen_version=mine.version, facts=facts, by=User.objects.get(pk=desk.pk), now=NOW)
        except EditedMeanwhile:
            told.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    patient.refresh_from_db()
    assert len(told) == 1
    assert (patient.version, patient.note_for_desk) == (2, str(3 - told[0]))


def test_btx_094_control_without_the_version_the_earlier_edit_is_lost() -> None:
    """What an unguarded save does: the guard above is what stops it."""
    patient = person(phone="098765 00131")
    mine, theirs = Patient.objects.get(pk=patient.pk), Patient.objects.get(pk=patient.pk)
    theirs.phone = "+919876500132"
    theirs.save()
    mine.note_for_desk = "mine"
    mine.save()
    patient.refresh_from_db()
    assert patient.phone == "+919876500131"


def test_new_address_is_not_suspended_and_the_apps_above_are_told() -> None:
    patient, desk = person(email="asha@example.org"), member()
    Patient.objects.filter(pk=patient.pk).update(email_suspended_at=NOW)
    told: list[str] = []
    kept = hooks.on_address_changed[:], hooks.on_preferences_changed[:], hooks.on_deceased[:]
    hooks.on_address_changed[:] = [lambda **_: told.append("address")]
    hooks.on_preferences_changed[:] = [lambda **_: told.append("preferences")]
    hooks.on_deceased[:] = [lambda **_: told.append("deceased")]
    try:
        facts = replace(PersonFacts.of(patient), email="asha2@example.org")
        amend(patient=patient, seen_version=1, facts=facts, by=desk, now=NOW)
        amend(patient=patient, seen_version=2, facts=replace(facts, wants_reminders=False), by=desk, now=NOW)
        died = replace(facts, wants_reminders=False, deceased_on=date(2027, 1, 2))
        amend(patient=patient, seen_version=3, facts=died, by=desk, now=NOW)
    finally:
        hooks.on_address_changed[:], hooks.on_preferences_changed[:], hooks.on_deceased[:] = kept
    assert told == ["address", "preferences", "deceased"]
    assert patient.email_suspended_at is None


def test_failing_hook_aborts_the_edit() -> None:
    patient, desk = person(email="asha@example.org"), member()

    def fail(**_: object) -> None:
        raise RuntimeError

    hooks.on_address_changed.append(fail)
    try:
        with pytest.raises(RuntimeError):
            amend(
                patient=patient,
                seen_version=1,
                facts=replace(PersonFacts.of(patient), email="asha2@example.org"),
                by=desk,
                now=NOW,
            )
    finally:
        hooks.on_address_changed.remove(fail)
    assert Patient.objects.get(pk=patient.pk).email == "asha@example.org"
    assert not Entry.objects.filter(verb="patient.amended").exists()


def test_btx_053_precision_is_stored() -> None:
    about = Birth(date(1952, 1, 1), "about")
    patient = person(birth=about)
    patient.refresh_from_db()
    assert (patient.birth, patient.birth_precision) == (about, "about")
