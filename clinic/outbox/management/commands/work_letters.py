"""Deliver what is due, here and now, or at a given clock."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.outbox import delivery

OUTCOMES = ("sent", "withdrawn", "lapsed", "failed", "uncertain", "later")


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant


class Command(BaseCommand):
    """Do once, without a broker, what beat and workers do, and say what came of it."""

    help = "Deliver every letter that is due, synchronously; --now gives the clock to judge by."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the clock."""
        parser.add_argument("--now", help="an instant with its offset, such as 2027-03-01T09:30+05:30; default: now")

    def handle(self, *_args: str, **options: Any) -> None:
        """Work, and print the table."""
        try:
            now = _instant(options["now"]) if options["now"] else timezone.now()
        except ValueError as error:
            msg = "--now needs an instant with its offset, such as 2027-03-01T09:30+05:30"
            raise CommandError(msg) from error
        done = delivery.work(now)
        for outcome in OUTCOMES:
            self.stdout.write(f"{outcome:<10} {done[outcome]:>6}")
