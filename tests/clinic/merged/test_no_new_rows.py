"""A record that was merged takes no new row, whoever looked at it before: the database refuses, the pages say so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from clinic.lib import clock
from clinic.lib.db import TAKES_NO_ROWS, violated
from patients import closing
from patients.consents import record_consent
from patients.corrections import ask_correction
from patients.errors import RecordClosed
from patients.links import make_link
from patients.models import Contact, CorrectionRequest, Document, Patient
from patients.register import add_contact
from scheduling import own_page
from scheduling.models import WaitingEntry
from tests.clinic.merged.joining import merge, moving, table_of
from tests.clinic.world import World
from tests.patients.documents.making import a_document
from tests.patients.making import NOW, client_of, member, person
from tests.scheduling.test_races import wait_for_waiting
from treatments.models import RecallContact


def test_every_table_that_moves_refuses_rows_of_the_merged(the: World) -> None:
    """A new key to a person fails here until its table has `clinic.lib.db.no_rows_of_the_merged`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
               WHERE proname = 'patients_merged_record_takes_no_rows'"""
        )
        guarded = {table for (table,) in cursor.fetchall()}
    assert guarded == {table_of(model) for model, _column in moving()}
    assert {column for _model, column in moving()} == {"patient_id"}, "the trigger's function reads this one"


@pytest.mark.parametrize("model", [Document, RecallContact, WaitingEntry])
def test_a_row_of_the_merged_is_refused(the: World, merged: Patient, survivor: Patient, model: Any) -> None:
    """One of each app, as SQL writes it; the control is the same row of the survivor."""
    row = model.objects.filter(patient=merged).values("pk").first()
    merge(the, merged, survivor)
    for patient, is_refused in ((merged, True), (survivor, False)):
        with transaction.atomic():
            twin = model.objects.get(pk=row["pk"])
            twin.pk, twin.public_id, twin.patient = None, patient.public_id, patient  # an id that no other row has
            try:
                twin.save(force_insert=True)
                broke = None
            except DatabaseError as error:
                broke = violated(error)
            transaction.set_rollback(True)
        assert (broke == TAKES_NO_ROWS) is is_refused, broke


def test_a_deed_on_a_page_of_before_the_merge_writes_nothing(the: World, merged: Patient, survivor: Patient) -> None:
    merge(the, merged, survivor)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        record_consent(patient=merged, kind="data_use", is_given=True, by=the.here.doctor, now=the.now)
    assert violated(refused.value) == TAKES_NO_ROWS
    with pytest.raises(RecordClosed):
        a_document(merged)


def overtaken(deed: Callable[..., Any], survivor: Patient) -> Callable[..., Any]:
    """The deed of a press that looked before the merge and writes after it."""

    def late(**facts: Any) -> Any:
        Patient.objects.filter(pk=facts["patient"].pk).update(merged_into=survivor)
        return deed(**facts)

    return late


@pytest.mark.django_db
def test_a_press_that_a_merge_overtook_is_told_and_led_on(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, stays = person("Asah"), person()
    monkeypatch.setattr("patients.views.register_lines.add_contact", overtaken(add_contact, stays))
    typed = {"name": "Ravi Rao", "relation": "child", "phone": "98765 00132", "is_for_emergencies": "on"}
    answer = client_of(member()).post(reverse("patients:contacts", args=[gone.public_id]), typed, follow=True)
    assert answer.redirect_chain == [(reverse("patients:detail", args=[stays.public_id]), 302)]
    assert f"Record {gone.record_number} was merged into this one meanwhile: nothing was written." in answer.text
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_an_answer_by_link_that_a_merge_overtook_is_told_that_the_link_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone, stays = person(email="asha@patients.example"), person()
    _link, token = make_link(
        purpose=own_page.PURPOSE, patient=gone, about=gone, now=clock.now(), expires_at=clock.now() + timedelta(days=9)
    )
    monkeypatch.setattr("scheduling.views.own_page.closes_at", lambda *_asked: clock.now())
    monkeypatch.setattr("scheduling.views.own_page.ask_correction", overtaken(ask_correction, stays))
    url = reverse("scheduling:own_page_correct", args=[token])
    answer = Client().post(url, {"part": "name", "words": "One name"})
    assert (answer.status_code, CorrectionRequest.objects.count()) == (410, 0)


@pytest.mark.django_db
def test_documents_are_not_kept_in_a_record_that_was_restricted_meanwhile() -> None:
    patient = person()
    closing.restrict(patient=patient, ground="claim", because="7", kept_until_on=NOW.date(), by=member(), now=NOW)
    with pytest.raises(RecordClosed):
        a_document(patient)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_stands_in_line_behind_a_merge_is_refused() -> None:
    """It looked before, and asked for no lock: the trigger waits for the merge, and looks again."""
    gone, stays = person(), person("Stays")
    is_held, go_on = Event(), Event()

    def merging() -> None:
        with transaction.atomic():
            Patient.objects.select_for_update().get(pk=gone.pk)
            Patient.objects.filter(pk=gone.pk).update(merged_into=stays)
            is_held.set()
            go_on.wait(20)
        connections.close_all()

    def writing() -> str | None:
        try:
            CorrectionRequest.objects.create(patient=gone, part="name", words="One name", asked_at=NOW)
        except IntegrityError as error:
            return violated(error)
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(merging)
        is_held.wait(20)
        second = pool.submit(writing)
        wait_for_waiting(1)
        go_on.set()
        first.result(20)
        assert second.result(20) == TAKES_NO_ROWS
    assert not CorrectionRequest.objects.exists()
