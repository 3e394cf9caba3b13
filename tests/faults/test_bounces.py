"""F25. A bounce that comes late stops the next letter, once; a forged one stops nothing."""

from collections.abc import Iterator
from functools import partial
from hashlib import sha256

import pytest
from django.db.models.functions import Now

from clinic.outbox.models import Bounce, Letter
from patients.models import Patient
from tests.faults.harness.desk import Desk
from tests.faults.harness.invariants import Account
from tests.faults.harness.world import RECOVERY, World
from tests.journeys.running import until
from tests.outbox.returned_mails import ADDRESS, MESSAGE_ID, mail


@pytest.fixture(scope="module")
def at_work(world: World) -> Iterator[None]:
    """A worker and a beat."""
    healthy, beat = world.healthy(), world.beat()
    world.ready(healthy)
    yield
    world.end(healthy, beat)


def bounce_of(letter: Letter, address: str) -> bytes:
    """A report that a letter came back from an address, as a mail server writes it; each a mail of its own."""
    report = mail("postfix_unknown_user").replace(MESSAGE_ID.encode(), letter.message_id.encode())
    report = report.replace(b"20270510040003.4F1B2C3D", sha256(address.encode()).hexdigest()[:20].encode())
    return report.replace(ADDRESS.encode(), address.encode())


def booked(world: World, desk: Desk, *patients: Patient) -> list[Letter]:
    """Book a visit for each and wait for what comes of the confirmations."""
    letters: list[Letter] = []
    for patient in patients:
        assert desk.press(patient, desk.form()).status == 302
        letters += Letter.objects.of_kind("appointment_confirmed").for_person(patient).order_by("-pk")[:1]
    ours = Letter.objects.filter(pk__in=[letter.pk for letter in letters])
    ours.update(due_at=Now())  # the ten seconds in which the desk may take it back are over
    until(lambda: not ours.live().exists(), seconds=RECOVERY, what="the confirmations to go or not")
    return [ours.get(pk=letter.pk) for letter in letters]


def test_f25_late_bounce_stops_the_next_letter_once_and_a_forged_one_stops_nothing(
    world: World, desk: Desk, at_work: None
) -> None:
    gone, still_there = "zanzibarova.gone@good.example", "zanzibarova.there@good.example"
    patients = [desk.patient(email=gone), desk.patient(email=still_there)]
    first, other = booked(world, desk, *patients)
    assert world.account([first, other]) == Account(owed=2)

    read = partial(world.manage, "read_bounces", "-")
    assert "taken                   1" in read(given=bounce_of(first, gone))
    assert "seen before             1" in read(given=bounce_of(first, gone))
    assert "not proven              1" in read(given=bounce_of(other, "somebody.else@good.example"))
    for patient in patients:
        patient.refresh_from_db()
    assert [patient.email_suspended_because for patient in patients] == ["returned", ""]
    assert Bounce.objects.filter(letter=first, is_proven=True).count() == 1

    stopped, control = booked(world, desk, *patients)  # the control: without a proven bounce the next letter goes
    assert [(stopped.state, stopped.where), control.state] == [("withdrawn", "call_list"), "sent"]
    assert world.account([stopped, control]) == Account(owed=2)
    assert world.leaks() == []
