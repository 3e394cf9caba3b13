"""`manage.py import_patients FILE`: people from another system's table, each once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic.lib import clock
from clinic.lib.tables import Unreadable
from clinic.locations.models import Location
from patients.importing import import_people, read_people, summary

FIRST = "Clinic"
"""What the first location is called where nobody named it."""


class Command(BaseCommand):
    """Reads a CSV file and registers who is not here yet; the last line is the summary."""

    help = "Register the people of a CSV file; run again, it adds nobody twice. Exit 1 when a row had an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, and how."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, save nothing")
        parser.add_argument(
            "--location", help="the name of the location; needed where there is more than one, made where there is none"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, register, report."""
        try:
            table = read_people(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except Unreadable as error:
            raise CommandError(f"{options['file']}: {error.reason}") from error
        self.stdout.write(f"{options['file'].name}: {table.encoding}, separated by {table.separator!r}")
        if table.unused:
            self.stdout.write(f"Columns not used: {', '.join(table.unused)}")
        with transaction.atomic():
            location = self._location(options["location"])
            outcomes = list(import_people(table=table, location=location, by=None, now=clock.now()))
            if options["dry_run"]:
                transaction.set_rollback(True)
        for outcome in outcomes:
            if outcome.words:
                self.stdout.write(outcome.words)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was saved")
        self.stdout.write(summary(outcomes))
        if any(outcome.problem for outcome in outcomes):
            raise SystemExit(1)

    def _location(self, name: str | None) -> Location:
        """The one that was named, or the only one; in a new installation the first one is made."""
        if not Location.objects.exists():
            made: Location = Location.objects.create(name=name or FIRST, sender_name=name or FIRST)
            self.stdout.write(f"There was no location yet: “{made.name}” is the first")
            return made
        places = Location.objects.filter(is_active=True)
        if name:
            found = places.filter(name=name).first()
            if not found:
                raise CommandError(f"There is no location “{name}”")
            return found
        if (count := places.count()) != 1:
            raise CommandError(f"There are {count} locations: name one with --location")
        return places.get()
