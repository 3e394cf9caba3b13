"""Read the mails that say a letter came back."""

import sys
from argparse import ArgumentParser
from collections import Counter
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from clinic.outbox.bounces import LONGEST_MAIL, TO_LOOK_AT, Outcome, take
from clinic.outbox.mailboxes import MailboxUnreadable, read_mailbox

TRY_AGAIN = 75
"""What a mail server takes for "later" (EX_TEMPFAIL): it keeps the mail and pipes it again."""


class Command(BaseCommand):
    """Take in what is new, each mail once, and say what came of it."""

    help = "Read returned mails: maildir:/path, mbox:/path, or - for one mail on standard input (a mail server's pipe)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the place."""
        parser.add_argument(
            "mailbox", nargs="?", default=settings.BOUNCE_MAILBOX, help="default: INTERVAL_BOUNCE_MAILBOX"
        )

    def handle(self, *_args: str, **options: Any) -> None:
        """Read, and print the table."""
        where, now = options["mailbox"], timezone.now()
        if not where:
            msg = "Name a mailbox: maildir:/path, mbox:/path, or - for standard input; or set INTERVAL_BOUNCE_MAILBOX."
            raise CommandError(msg)
        try:
            if where == "-":
                done = Counter([take(sys.stdin.buffer.read(LONGEST_MAIL), now=now)])
            else:
                done = read_mailbox(where, partial(take, now=now))
        except MailboxUnreadable as error:
            msg = f"There is no mailbox to read: {error}"
            raise CommandError(msg) from error
        except (OperationalError, InterfaceError) as error:
            msg = "The database does not answer."
            raise CommandError(msg, returncode=TRY_AGAIN) from error
        if where == "-" and done[Outcome.BROKEN]:
            msg = "It could not be noted."
            raise CommandError(msg, returncode=TRY_AGAIN)
        for outcome in Outcome:
            mark = "  look at it" if outcome in TO_LOOK_AT and done[outcome] else ""
            self.stdout.write(f"{outcome:<18} {done[outcome]:>6}{mark}")
