"""manage.py run_examples FILE: judge worked safety examples by the rules the pages use. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from treatments.examples import ExamplesUnreadable, Outcome, evaluate, examples_of, summarise
from treatments.formulary import Formulary

UNREADABLE = 2


class Command(BaseCommand):
    """Print each example's expected and found verdict, then how many agree; exit 1 on a difference."""

    help = "Judge a file of worked safety examples (the shape of safety_examples.json) by the clinical rules."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="a JSON file of examples")

    def handle(self, *_args: str, **options: Any) -> None:
        """Judge every example of the file."""
        path: Path = options["file"]
        try:
            document = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
            examples = examples_of(document)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=UNREADABLE) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not UTF-8 text.", returncode=UNREADABLE) from error
        except json.JSONDecodeError as error:
            raise CommandError(f"{path} is not JSON: {error}.", returncode=UNREADABLE) from error
        except ExamplesUnreadable as error:
            raise CommandError(f"{path} holds no examples: {error}", returncode=UNREADABLE) from error
        outcomes = [evaluate(example, Formulary.from_files()) for example in examples]
        for outcome in outcomes:
            self.stdout.write(line(outcome))
        summary = summarise(outcomes)
        self.stdout.write(str(summary))
        if summary.differ:
            sys.exit(1)


def line(outcome: Outcome) -> str:
    """One example in one line."""
    got = outcome.got if outcome.is_built else "not built"
    text = f"{outcome.id:<6} expected {outcome.expected:<18} got {got or '-':<18} {outcome.verdicts}"
    mark = "" if outcome.agrees or not outcome.is_built else "  DIFFERS"
    return f"{text.rstrip()}{mark}{'  ' + outcome.problem if outcome.problem else ''}"
