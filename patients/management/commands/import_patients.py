"""`manage.py import_patients FILE`: people from another system's table, each once, as the page of imports does it."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic.lib import clock
from clinic.lib.sheets import Unreadable, plain_heads
from clinic.locations.models import Location
from patients.importing import deeds, heads
from patients.importing.refusals import BadRowsStand, Busy, ColumnsMissing
from patients.importing.rest import lines_of_rest
from patients.importing.running import run_what_waits
from patients.models import DateOrder, Import, ImportKind, ImportState, Patient, RowOutcome

FIRST = "Clinic"
"""What the first location is called where nobody named it."""
SAID = (RowOutcome.BAD, RowOutcome.HELD, RowOutcome.NEW)


class Command(BaseCommand):
    """Reads a file and registers who is not here yet; the last line is the summary."""

    help = "Register the people of a CSV or XLSX file, all or nobody; run again, it adds nobody twice. Exit 1: errors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, and how."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, save nothing")
        parser.add_argument("--good-rows", action="store_true", help="save the rows without an error, leave the others")
        parser.add_argument("--rest", type=Path, help="write the rows with an error to this file, each with the reason")
        parser.add_argument("--dates", choices=DateOrder.values, default=DateOrder.DAY, help="what dates begin with")
        parser.add_argument(
            "--kind", choices=ImportKind.values, help="what the rows are; seen from the heads if not said"
        )
        parser.add_argument("--source", default="", help="the system whose numbers these are, where there are several")
        parser.add_argument(
            "--location", help="the name of the location; needed where there is more than one, made where there is none"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, report, save."""
        with self._location(options["location"], is_for_good=not options["dry_run"]) as location:
            imported = self._checked(options, location)
            self._report(imported)
            if options["dry_run"]:
                deeds.cancel(imported=imported, by=None, now=clock.now())
                self.stdout.write("Dry run: nothing was saved")
            else:
                self._save(imported, options)
            self.stdout.write(_summary(imported))
        if imported.count(RowOutcome.BAD):
            raise SystemExit(1)

    def _checked(self, options: dict[str, Any], location: Location) -> Import:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                imported = deeds.begin(
                    content=file, name=path.name, size=path.stat().st_size, location=location, by=None,
                    now=clock.now(), kind=options["kind"] or "",
                )  # fmt: skip
            choice = deeds.Choice(
                kind=imported.kind, columns=imported.columns, date_order=options["dates"],
                code_system=imported.code_system, source=options["source"],
            )  # fmt: skip
            deeds.choose(imported=imported, choice=choice)
            deeds.ask_for_check(imported=imported, by=None)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Unreadable as error:
            raise CommandError(f"{path}: {error.reason}") from error
        except ColumnsMissing as error:
            words = ", ".join(heads.known(imported.kind)[target][0] for target in error.targets)
            raise CommandError(f"{path}: a needed column is missing: {words}") from error
        except Busy as error:
            raise CommandError(f"Another import is running: {error.other}") from error
        return self._run(imported)

    def _save(self, imported: Import, options: dict[str, Any]) -> None:
        try:
            deeds.ask_for_saving(imported=imported, by=None, good_rows_only=options["good_rows"])
        except BadRowsStand as refusal:
            deeds.cancel(imported=imported, by=None, now=clock.now())
            self.stdout.write(f"Nothing was saved: {refusal.bad} rows have errors. Mend them, or say --good-rows")
            return
        self._run(imported)
        if options["rest"]:
            with options["rest"].open("w", newline="", encoding="utf-8") as file:
                file.writelines(lines_of_rest(imported))

    def _run(self, imported: Import) -> Import:
        run_what_waits(now=clock.now)
        imported.refresh_from_db()
        if imported.is_at_work:
            raise CommandError("Another import is running: this one is done after it")
        if imported.state == ImportState.FAILED:
            raise CommandError(f"{imported.file_name}: {imported.failure}")
        return imported

    def _report(self, imported: Import) -> None:
        said = (
            imported.encoding if not imported.separator else f"{imported.encoding}, separated by {imported.separator!r}"
        )
        self.stdout.write(f"{imported.file_name}: {said}")
        used = set(imported.columns.values())
        if unused := [
            head for head, plain in zip(imported.heads, plain_heads(imported.heads), strict=True) if plain not in used
        ]:
            self.stdout.write(f"Columns not used: {', '.join(unused)}")
        told = imported.rows.filter(outcome__in=SAID).exclude(reason="", alike__isnull=True)
        for row in told.order_by("number"):
            said = f"may be {_named(row.alike)}: to be decided" if row.alike else row.reason
            self.stdout.write(f"{row}: {said}")

    def _location(self, name: str | None, *, is_for_good: bool) -> AbstractContextManager[Location]:
        """The one that was named, or the only one; in a new installation the first one is made."""
        return (
            _made(self, name, is_for_good=is_for_good) if not Location.objects.exists() else nullcontext(_found(name))
        )


@contextmanager
def _made(command: Command, name: str | None, *, is_for_good: bool) -> Iterator[Location]:
    with transaction.atomic():
        made: Location = Location.objects.create(name=name or FIRST, sender_name=name or FIRST)
        command.stdout.write(f"There was no location yet: “{made.name}” is the first")
        yield made
        if not is_for_good:
            transaction.set_rollback(True)


def _found(name: str | None) -> Location:
    places = Location.objects.filter(is_active=True)
    if name:
        found: Location | None = places.filter(name=name).first()
        if not found:
            raise CommandError(f"There is no location “{name}”")
        return found
    if (count := places.count()) != 1:
        raise CommandError(f"There are {count} locations: name one with --location")
    only: Location = places.get()
    return only


def _named(alike: list[Any]) -> str:
    here = Patient.objects.filter(public_id__in=[one for one, _ in alike]).order_by("record_number")
    numbers = [f"record number {number}" for number in here.values_list("record_number", flat=True)]
    return ", ".join(numbers) or "an earlier row of this file"


def _summary(imported: Import) -> str:
    count = imported.count
    decide = f", {count(RowOutcome.HELD)} to decide" if count(RowOutcome.HELD) else ""
    return (
        f"{imported.rows_total} rows: {count(RowOutcome.NEW)} new, {count(RowOutcome.KNOWN)} already here{decide},"
        f" {count(RowOutcome.BAD)} with errors"
    )
