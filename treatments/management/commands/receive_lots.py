"""`manage.py receive_lots FILE`: a delivery from a table, all of it or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic.lib import clock
from clinic.lib.sheets import Unreadable
from clinic.lib.tables import Record, Table, read_table
from clinic.locations.models import Location
from clinic.staff.models import User
from treatments.forms_session.delivery import ReceiveForm
from treatments.models import ProductVersion
from treatments.session_refusals import LotDiffers
from treatments.stocking import receive_lot

HEADS = {
    "product": ("product",),
    "number": ("lot", "lot_number"),
    "expires": ("expires", "expiry"),
    "vial_units": ("units_a_vial", "vial_units"),
    "vials": ("vials", "count"),
}


class Command(BaseCommand):
    """Reads a CSV file with product, lot, expires, units_a_vial, vials and receives each row into stock."""

    help = "Receive the lots of a CSV file. A row that cannot be read stops it: then nothing is saved, and exit is 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, where, who."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--location", help="its name; needed where there is more than one")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the account of who unpacked it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, receive, count."""
        by = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"no active account has the address {options['by']}")
        places = Location.objects.filter(name=options["location"]) if options["location"] else Location.objects.all()
        if places.count() != 1:
            raise CommandError("name the location: " + ", ".join(Location.objects.values_list("name", flat=True)))
        with transaction.atomic():
            problems = [said for row in self._read(options["file"]).records if (said := _receive(row, places[0], by))]
            if problems:
                transaction.set_rollback(True)
        for said in problems:
            self.stderr.write(said)
        if problems:
            raise CommandError("nothing was received")
        self.stdout.write("Received.")

    @staticmethod
    def _read(file: Path) -> Table:
        try:
            return read_table(file.read_bytes(), heads=HEADS, needed=tuple(HEADS))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except Unreadable as error:
            raise CommandError(f"{file}: {error.reason}") from error


def _receive(row: Record, place: Location, by: User) -> str:
    """Receive one row by the rules of the page; return what is wrong with it, or nothing."""
    now = clock.now()
    product = ProductVersion.objects.current().filter(key=row.cells.get("product", "")).first()
    typed = row.cells | {"product": str(product.public_id) if product else "", "is_known_expired": "on"}
    form = ReceiveForm(typed, locations=[place], now=now)
    where = f"record {row.number} (line {row.line})"
    if not form.is_valid():
        return f"{where}: " + "; ".join(f"{name}: {' '.join(map(str, said))}" for name, said in form.errors.items())
    data = form.cleaned_data
    try:
        receive_lot(
            location=place,
            product=data["product"],
            number=data["number"],
            expires_on=data["expires"].on,
            is_month_only=data["expires"].is_month_only,
            vial_units=data["vial_units"],
            vials=data["vials"],
            by=by,
            now=now,
        )
    except LotDiffers:
        return f"{where}: the lot is in stock with another expiry"
    return ""
