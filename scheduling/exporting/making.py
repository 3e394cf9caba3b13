"""Make the files that were asked for, one at a time, beside all requests: read a little, keep a piece, say how far.

Nothing here is one long transaction. A worker may be killed anywhere: after a while without a word from it the file is
begun anew, and what it still writes is refused.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.db import violated
from scheduling.exporting.asking import left_out_of, records_of, throw_away
from scheduling.exporting.fhir.bundle import bundled
from scheduling.exporting.sheets import archive, zipped
from scheduling.models import ClinicExport, ExportPiece, ExportState

KEPT_FOR: Final = timedelta(hours=24)
SILENT_FOR: Final = timedelta(minutes=2)
"""After so long without a word a worker is lost. It says a word with each batch of patients, once a second at most."""
MOST_TRIES: Final = 3
PIECE_BYTES: Final = 512 * 1024
SAYS_EVERY: Final = 1.0

log = logging.getLogger(__name__)


class NotOurs(Exception):
    """The file was thrown away, or begun anew by another worker: this one stops."""


def work(*, now: datetime) -> int:
    """Delete what has expired, begin anew what was lost, and make what waits. Returns how many files were made."""
    for old in ClinicExport.objects.filter(state=ExportState.READY, expires_at__lte=now):
        throw_away(export=old, by=None)
    _take_up_lost(now=now)
    made = 0
    while (export := claim(now=now)) is not None:
        made += make(export)
    return made


def claim(*, now: datetime) -> ClinicExport | None:
    """Take the file that waits longest; None where none does, or another worker makes one."""
    waiting = ClinicExport.objects.filter(state=ExportState.ASKED).order_by("pk")
    for pk in waiting.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                won = ClinicExport.objects.filter(pk=pk, state=ExportState.ASKED).update(
                    state=ExportState.MAKING, tries=F("tries") + 1, seen_at=now, read=0
                )
        except IntegrityError as error:
            if violated(error) != "clinic_export_one_made_at_a_time":
                raise
            return None
        if won:
            taken: ClinicExport = ClinicExport.objects.select_related("asked_by").get(pk=pk)
            return taken
    return None


def make(export: ClinicExport) -> bool:
    """Make a file; whether it is ready. Left alone where it was thrown away, or where who asked works here no more."""
    if not (export.asked_by.is_active and export.asked_by.is_manager):
        throw_away(export=export, by=None)
        return False
    try:
        with transaction.atomic():
            _still_ours(export)
            ExportPiece.objects.filter(export=export).delete()
        size = _keep_pieces(export)
        with transaction.atomic():
            _still_ours(export, state=ExportState.READY, size_bytes=size, expires_at=clock.now() + KEPT_FOR)
            record(by=None, actor="worker", verb="clinic.export_made", thing=export, detail={"form": export.form})
    except NotOurs:
        log.info("an export was stopped")
        return False
    return True


@dataclass(slots=True)
class Telling:
    """Says how far a file is, and hears that it is no longer wanted."""

    export: ClinicExport
    read: int = 0
    said_at: float = field(default_factory=monotonic)

    def __call__(self, patients: int) -> None:
        """Count patients that were read; a second after the last word, say one."""
        self.read += patients
        if monotonic() - self.said_at >= SAYS_EVERY:
            _still_ours(self.export, read=self.read)
            self.said_at = monotonic()


def _keep_pieces(export: ClinicExport) -> int:
    """Read everything and keep it in pieces; return how many bytes it is."""
    records, told = records_of(export), Telling(export)
    is_bundle = export.form == "fhir"
    content = (
        archive([("bundle.json", bundled(records, told))])
        if is_bundle
        else zipped(records, told, left_out=left_out_of(export))
    )
    size = 0
    for number, piece in enumerate(_of_a_size(content)):
        with transaction.atomic():
            _still_ours(export, read=told.read)
            ExportPiece.objects.create(export=export, number=number, content=piece)
        size += len(piece)
    return size


def _of_a_size(content: Iterator[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for some in content:
        held += some
        if len(held) >= PIECE_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _still_ours(export: ClinicExport, **written: object) -> None:
    """Write to the file's row, while it is this beginning that makes it. Raises NotOurs."""
    ours = ClinicExport.objects.filter(pk=export.pk, state=ExportState.MAKING, tries=export.tries)
    if not ours.update(seen_at=clock.now(), **written):
        raise NotOurs


def _take_up_lost(*, now: datetime) -> None:
    """Begin anew what a lost worker left, so many times; then say that it cannot be made."""
    lost = ClinicExport.objects.filter(state=ExportState.MAKING, seen_at__lte=now - SILENT_FOR)
    lost.filter(tries__lt=MOST_TRIES).update(state=ExportState.ASKED)
    for export in lost.filter(tries__gte=MOST_TRIES):
        with transaction.atomic():
            if lost.filter(pk=export.pk).update(state=ExportState.FAILED):
                ExportPiece.objects.filter(export=export).delete()
                record(by=None, actor="worker", verb="clinic.export_failed", thing=export, detail={"form": export.form})
