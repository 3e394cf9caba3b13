"""`manage.py load_catalogue`: bring the shipped catalogue in; run it as often as you like."""

from typing import Any

from django.core.management.base import BaseCommand

from clinic.lib.clock import now
from patients.questionnaire import publish
from treatments import catalogue_loading, leaflets
from treatments.models import ScreeningVersion


class Command(BaseCommand):
    """Load treatments/catalogue/*.json, then publish the patients' questionnaire and leaflets."""

    help = "Load the clinical catalogue: new and changed entries become versions; what the clinic edited stays."

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load and say what came of it."""
        for count in catalogue_loading.load(now=now()):
            if options["verbosity"]:
                self.stdout.write(
                    f"{count.kind}: {count.entries} entries: {count.new} new, {count.changed} changed,"
                    f" {count.kept} kept as the clinic edited them"
                )
        screening = ScreeningVersion.objects.current().get(key="screening")
        publish(screening.facts["questions"], now=now())
        leaflets.publish(now=now())
