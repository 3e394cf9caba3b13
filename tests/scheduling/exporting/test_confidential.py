"""A clinic's file holds confidential records for which who asked is named, and says how many it leaves out."""

from uuid import uuid4

import pytest

from clinic.lib import clock
from clinic.staff.models import Role, User
from patients import closing, merging
from patients.models import Patient
from scheduling.exporting import asking, making
from scheduling.models import ClinicExport, ExportPiece
from tests.patients.making import client_of, member, person
from tests.scheduling.exporting.reading import files_in, tables_in

pytestmark = pytest.mark.django_db
PAGE = "/settings/export/"
READ_ME = "Confidential records for which who asked for this file is not named: 1."


@pytest.fixture
def manager() -> User:
    return member(Role.MANAGER)


@pytest.fixture
def asha(manager: User) -> Patient:
    """A record with another that was merged into it; beside it stands somebody's that stays open."""
    old, asha = person("Asah"), person()
    person("Bela", "Joshi")
    merging.merge(
        merged=old, survivor=asha, taken=(), seen=(old.version, asha.version), press=uuid4(), by=manager,
        now=clock.now(),
    )  # fmt: skip
    return asha


def close(patient: Patient, *people: User) -> None:
    closing.make_confidential(
        patient=patient, because="A colleague", people=people, by=member(Role.MANAGER), now=clock.now()
    )


def made(by: User) -> bytes:
    export = asking.ask(form="tables", by=by, now=clock.now())
    making.work(now=clock.now())
    return b"".join(bytes(piece.content) for piece in ExportPiece.objects.filter(export=export))


@pytest.mark.parametrize("is_named", [True, False])
def test_it_is_left_out_with_what_was_merged_into_it(asha: Patient, manager: User, is_named: bool) -> None:
    close(asha, *([manager] if is_named else []))
    content = made(manager)
    names = {row["given_name"] for row in tables_in(content)["patient"]}
    assert names == ({"Asha", "Asah", "Bela"} if is_named else {"Bela"})
    assert (READ_ME in files_in(content)["README.txt"]) is not is_named
    page = " ".join(client_of(manager).get(PAGE).content.decode().split())
    assert ("Not in it: 1 confidential record for which you are not named." in page) is not is_named


def test_a_door_that_was_opened_for_a_while_does_not_put_it_in_a_file(asha: Patient, manager: User) -> None:
    close(asha)
    closing.open_closed(patient=asha, because="Rang", by=manager, now=clock.now())
    assert {row["given_name"] for row in tables_in(made(manager))["patient"]} == {"Bela"}


def test_a_file_made_before_is_thrown_away_unless_who_asked_is_named(asha: Patient, manager: User) -> None:
    named = member(Role.MANAGER)
    theirs, kept = (asking.ask(form="tables", by=one, now=clock.now()) for one in (manager, named))
    assert making.work(now=clock.now()) == 2

    def states() -> list[str]:
        return [ClinicExport.objects.get(pk=one.pk).state for one in (theirs, kept)]

    close(asha, named)
    assert states() == ["gone", "ready"]
    assert not ExportPiece.objects.filter(export=theirs).exists()
    closing.name_confidants(patient=asha, people=[manager], by=manager, now=clock.now())
    assert states() == ["gone", "gone"]
