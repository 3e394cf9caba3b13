"""`manage.py load_catalogue`: bring the shipped catalogue in; run it as often as you like."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand

from clinic.lib.clock import now
from treatments import catalogue_loading


class Command(BaseCommand):
    """Load treatments/catalogue/*.json, then publish the patients' questionnaire."""

    help = "Load the clinical catalogue: new and changed entries become versions; what the clinic edited stays."

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load and say what came of it."""
        for count in catalogue_loading.load(now=now()):
            if options["verbosity"]:
                self.stdout.write(
                    f"{count.kind}: {count.entries} entries: {count.new} new, {count.changed} changed,"
                    f" {count.kept} kept as the clinic edited them"
                )
        if find_spec("patients.questionnaire"):
            import_module("patients.questionnaire").publish(now=now())
