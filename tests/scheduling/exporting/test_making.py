"""The clinic's file: asked for once, made by one worker at a time, lost and begun anew, taken, expired, thrown away."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib import clock
from clinic.lib.db import violated
from clinic.staff.models import Role, User
from patients.models import Patient
from scheduling.errors import MadeAlready
from scheduling.exporting import asking, making, scope
from scheduling.exporting.sheets import zipped
from scheduling.models import ClinicExport, ExportPiece
from tests.clinic.world import World
from tests.patients.making import client_of, member, person, place
from tests.scheduling.exporting.reading import body, tables_in

NOW = datetime.fromisoformat("2027-01-11T06:00:00+00:00")
PAGE = "/settings/export/"


@pytest.fixture
def manager() -> User:
    return member(Role.MANAGER)


@pytest.fixture
def asked(manager: User) -> ClinicExport:
    for number in range(3):
        person("Asha", f"Rao {number}")
    return asking.ask(form="tables", by=manager, now=NOW)


def again(export: ClinicExport) -> ClinicExport:
    return ClinicExport.objects.get(pk=export.pk)


def until(export: ClinicExport) -> datetime:
    assert export.expires_at is not None
    return export.expires_at


def kept(export: ClinicExport) -> bytes:
    return b"".join(bytes(piece.content) for piece in ExportPiece.objects.filter(export=export))


def verbs(export: ClinicExport) -> list[str]:
    return list(Entry.objects.filter(thing_public_id=export.public_id).order_by("pk").values_list("verb", flat=True))


@pytest.mark.django_db
def test_what_was_asked_for_is_made_beside_all_requests_and_is_the_whole_record(asked: ClinicExport) -> None:
    assert making.work(now=NOW) == 1
    made = again(asked)
    assert (made.state, made.read, made.percent) == ("ready", made.to_read, 99)
    assert kept(asked) == b"".join(zipped(Patient.objects.all()))
    assert made.size_bytes == len(kept(asked))
    assert timedelta(hours=23, minutes=59) < until(made) - clock.now() <= timedelta(hours=24)
    assert verbs(asked) == ["clinic.export_made"]
    assert making.work(now=NOW) == 0


@pytest.mark.django_db
def test_a_bundle_is_made_in_pieces_of_a_size(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    person()
    asked = asking.ask(form="fhir", by=manager, now=NOW)
    monkeypatch.setattr(making, "PIECE_BYTES", 64)
    making.work(now=NOW)
    assert asked.pieces.count() > 1
    taken = asking.take(export=again(asked), by=manager)
    assert taken.name == "clinic-fhir-2027-01-11.zip"
    assert b"".join(taken.content) == kept(asked)


@pytest.mark.django_db
def test_asked_twice_it_is_one_file_and_another_kind_waits(asked: ClinicExport, manager: User) -> None:
    assert asking.ask(form="tables", by=manager, now=NOW) == asked
    with pytest.raises(MadeAlready) as refusal:
        asking.ask(form="fhir", by=manager, now=NOW)
    assert refusal.value.form == "tables"
    assert Entry.objects.filter(verb="clinic.exported").count() == 1


@pytest.mark.django_db
def test_one_file_is_made_at_a_time_and_the_letters_keep_a_worker(asked: ClinicExport) -> None:
    other = asking.ask(form="fhir", by=member(Role.MANAGER), now=NOW)
    first = making.claim(now=NOW)
    assert first == asked
    assert making.claim(now=NOW) is None
    assert making.make(first)
    assert making.claim(now=NOW) == other


@pytest.mark.django_db
def test_what_a_lost_worker_left_is_begun_anew_and_what_it_still_writes_is_refused(asked: ClinicExport) -> None:
    lost = making.claim(now=NOW)
    assert lost is not None
    assert making.work(now=NOW + making.SILENT_FOR - timedelta(seconds=1)) == 0
    assert making.work(now=NOW + making.SILENT_FOR) == 1
    assert not making.make(lost)
    assert (again(asked).state, again(asked).tries) == ("ready", 2)
    assert len(kept(asked)) == again(asked).size_bytes


@pytest.mark.django_db
def test_after_three_lost_workers_it_says_that_it_cannot_be_made(asked: ClinicExport, manager: User) -> None:
    at = NOW
    for _try in range(making.MOST_TRIES):
        making._take_up_lost(now=at)  # noqa: SLF001 - a worker that was killed does no more than claim
        assert making.claim(now=at) is not None
        at += making.SILENT_FOR
    assert making.work(now=at) == 0
    assert (again(asked).state, verbs(asked)) == ("failed", ["clinic.export_failed"])
    assert asking.ask(form="tables", by=manager, now=at) != asked


@pytest.mark.django_db
def test_a_worker_hears_between_two_batches_that_nobody_wants_the_file(
    asked: ClinicExport, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "SAYS_EVERY", 0)
    monkeypatch.setattr(scope, "AT_A_TIME", 1)
    found, said = making.claim(now=NOW), making.Telling.__call__

    def told(self: making.Telling, patients: int) -> None:
        if self.read == 1:
            asking.throw_away(export=asked, by=manager)
        said(self, patients)

    monkeypatch.setattr(making.Telling, "__call__", told)
    assert found is not None
    assert not making.make(found)
    assert (again(asked).state, again(asked).read, kept(asked)) == ("gone", 1, b"")


@pytest.mark.django_db
def test_a_file_is_deleted_when_its_day_is_over(asked: ClinicExport) -> None:
    making.work(now=NOW)
    end = until(again(asked))
    making.work(now=end - timedelta(seconds=1))
    assert again(asked).state == "ready"
    making.work(now=end)
    assert (again(asked).state, kept(asked)) == ("gone", b"")
    assert verbs(asked) == ["clinic.export_made", "clinic.export_deleted"]


@pytest.mark.django_db
def test_another_file_leaves_the_one_that_is_ready(asked: ClinicExport, manager: User) -> None:
    making.work(now=clock.now())
    second = asking.ask(form="tables", by=manager, now=clock.now())
    making.work(now=clock.now())
    assert second.pk != asked.pk
    assert (again(asked).state, again(second).state) == ("ready", "ready")
    assert kept(asked)
    page = client_of(manager).get(PAGE).content.decode()
    assert "Another file is made beside the one you have" in page


@pytest.mark.django_db
def test_who_works_here_no_more_gets_no_file(asked: ClinicExport, manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert making.work(now=NOW) == 0
    assert again(asked).state == "gone"


@pytest.mark.django_db
def test_who_left_a_location_has_no_more_to_do_with_its_file(asked: ClinicExport, manager: User) -> None:
    assert list(ClinicExport.objects.visible_to(manager)) == [asked]
    manager.locations.set([place("Other Clinic")])
    assert list(ClinicExport.objects.visible_to(manager)) == []
    making.work(now=NOW)
    assert "patient" not in tables_in(kept(asked))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"state": "making"}, "clinic_export_being_made_was_seen"),
        ({"state": "ready"}, "clinic_export_ready_says_until_when"),
        ({"state": "sent"}, "clinic_export_kind_and_state_are_known"),
    ],
)
def test_the_database_refuses_what_cannot_be(asked: ClinicExport, facts: dict[str, str], constraint: str) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ClinicExport.objects.filter(pk=asked.pk).update(**facts)
    assert violated(error.value) == constraint


def test_a_manager_asks_sees_how_far_takes_it_and_deletes_it(the: World) -> None:
    browser, user = the.browser(Role.MANAGER), the.here.people[Role.MANAGER]
    count = Patient.objects.filter(location=the.here.location).count()
    export = the.here.export
    page = browser.get(PAGE).content.decode()
    assert f"The file holds everything of {count} patients." in page
    assert ("waits" in page, "every 2s" in page) == (True, True)
    assert (Entry.objects.filter(verb="clinic.exported", by=user).get().detail) == {"form": "tables", "patients": count}
    assert "One file after another" in browser.post(f"{PAGE}fhir/", follow=True).content.decode()
    making.work(now=clock.now())
    page = browser.get(f"{PAGE}files/").content.decode()
    assert ("ready" in page, "every 2s" in page) == (True, False)
    file = reverse("scheduling:export_clinic_file", args=[export.public_id])
    answer = browser.post(file)
    assert answer["Cache-Control"] == "no-store"
    content = body(answer)
    assert answer["Content-Length"] == str(len(content))
    found = tables_in(content)["patient"]
    assert (len(found), {row["location"] for row in found}) == (count, {"Here"})
    assert verbs(export) == ["clinic.export_made", "clinic.export_taken"]
    for words in ("The file is deleted.", "This file was deleted already."):
        delete = reverse("scheduling:throw_away_clinic_export", args=[export.public_id])
        assert words in browser.post(delete, follow=True).content.decode()
    assert "there no more" in browser.post(file, follow=True).content.decode()


def test_nobody_takes_a_file_that_somebody_else_asked_for(the: World) -> None:
    making.work(now=clock.now())
    colleague = member(Role.MANAGER, at=the.here.location)
    for name in ("export_clinic_file", "throw_away_clinic_export"):
        address = reverse(f"scheduling:{name}", args=[the.here.export.public_id])
        assert the.browser(colleague).post(address).status_code == 404
    assert "Your files" not in the.browser(colleague).get(PAGE).content.decode()


def test_another_kind_of_file_there_is_none(the: World) -> None:
    assert the.browser(Role.MANAGER).post(f"{PAGE}xml/").status_code == 404


@pytest.mark.django_db
def test_a_clinic_without_patients_has_nothing_to_take_along(manager: User) -> None:
    page = client_of(manager).get(PAGE).content.decode()
    assert "There is nothing to take along." in page
    assert "Make the tables" not in page
