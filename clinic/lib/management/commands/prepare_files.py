"""`manage.py prepare_files`: what the web serves, made from the sources: hashed static files, compiled languages."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Writes only what is older than its source."""

    help = "Compile the language catalogues and collect the static files."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """`--languages-only` for tests, which collect nothing."""
        parser.add_argument("--languages-only", action="store_true")

    def handle(self, *_: Any, languages_only: bool, **__: Any) -> None:
        """Compile, then collect."""
        compiled = sum(
            compile_catalogue(source) for folder in settings.LOCALE_PATHS for source in Path(folder).rglob("*.po")
        )
        self.stdout.write(f"{compiled} catalogues compiled")
        if not languages_only:
            call_command("collectstatic", interactive=False, verbosity=0)


def compile_catalogue(source: Path) -> bool:
    """Write the .mo beside the .po if it is older; without msgfmt, which few machines have. Whether it was written."""
    made = source.with_suffix(".mo")
    if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
        return False
    with source.open("rb") as file:
        catalogue = read_po(file)
    making = made.with_suffix(".part")
    with making.open("wb") as file:
        write_mo(file, catalogue)
    making.rename(made)
    return True
