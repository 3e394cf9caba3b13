"""What somebody does with an import: brings a file, chooses how it is read, has it checked, saved, stopped, undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO, Final

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.lib.sheets import Layout, Row, Unreadable, layout_of, plain_heads, rows_of
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.importing import file, heads
from patients.importing.refusals import BadRowsStand, Busy, ColumnsMissing, MovedOn
from patients.models import DateOrder, Import, ImportState, RowOutcome

KEPT_DAYS: Final = 7
"""So long a file waits for somebody to decide on it."""
DROPPED_AT_ONCE: Final = 20
MAY_CHOOSE = (ImportState.CHOOSING, ImportState.CHECKED)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How a file is to be read: `columns` names the head of each thing that a column is."""

    kind: str
    columns: Mapping[str, str]
    encoding: str = ""
    date_order: str = DateOrder.DAY
    code_system: str = ""
    source: str = ""
    location: Location | None = field(default=None)


def begin(
    *, content: BinaryIO, name: str, size: int, location: Location, by: User | None, now: datetime, kind: str = ""
) -> Import:
    """Take a file in; nothing of it is read into the record. Files with the same heads are read as the last one was.

    Raises:
        Unreadable: it is no table, or a column stands twice.

    """
    layout = layout_of(content)
    written, plain = heads_of(content, layout)
    kind = kind or heads.guessed_kind(plain, name)
    earlier = Import.objects.read_like(heads.key_of(plain)).filter(kind=kind).first()
    columns = earlier.columns if earlier else heads.guessed(kind, plain)
    with transaction.atomic():
        imported: Import = Import.objects.create(
            location=location, by=by, file_name=name[-200:], size=size, kind=kind, encoding=layout.encoding,
            separator=layout.separator, has_separator_line=layout.has_separator_line, heads=list(written),
            heads_key=heads.key_of(plain), columns=columns,
            date_order=earlier.date_order if earlier else DateOrder.DAY,
            code_system=earlier.code_system if earlier else heads.CODE_SYSTEMS.get(kind, ""),
            source=earlier.source if earlier else "", began_at=now,
        )  # fmt: skip
        file.keep(imported, file.in_pieces(content))
        _record(imported, by, "import.begun", {"bytes": size, "kind": kind})
    return imported


def heads_of(content: BinaryIO, layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the head line as written and as it is compared. Raises Unreadable."""
    first = next(islice(rows_of(content, layout), 1), Row(0, 1, ()))
    if not first.cells:
        raise Unreadable("there is nothing in it")
    return first.cells, plain_heads(first.cells)


def choose(*, imported: Import, choice: Choice) -> None:
    """Read the file otherwise from now on. Raises MovedOn, Unreadable, ColumnsMissing."""
    columns: dict[str, Any] = {"kind": choice.kind, "date_order": choice.date_order, "code_system": choice.code_system}
    columns |= {"source": choice.source, "columns": dict(choice.columns), "state": ImportState.CHOOSING}
    if choice.location:
        columns["location"] = choice.location
    if choice.encoding and choice.encoding != imported.encoding and not Layout(imported.encoding).is_workbook:
        with file.opened(imported) as opened:
            layout = layout_of(opened, encoding=choice.encoding)
            columns |= {"encoding": layout.encoding, "heads": list(heads_of(opened, layout)[0])}
    _move(imported, MAY_CHOOSE, **columns)


def ask_for_check(*, imported: Import, by: User | None) -> None:
    """Have every row read and judged by a worker. Raises ColumnsMissing, Busy, MovedOn."""
    missing = tuple(target for target in heads.needed(imported.kind) if target not in imported.columns)
    if missing:
        raise ColumnsMissing(missing)
    _start(imported, MAY_CHOOSE, ImportState.CHECKING, by, "import.check_asked")


def ask_for_saving(*, imported: Import, by: User | None, good_rows_only: bool = False) -> None:
    """Have what was found good saved by a worker: all of the file, or the good rows where that was asked for.

    Raises:
        BadRowsStand: some rows cannot be read, and the good ones alone were not asked for.
        Busy, MovedOn: as they say.

    """
    bad = imported.count(RowOutcome.BAD)
    if bad and not good_rows_only:
        raise BadRowsStand(bad)
    _start(
        imported, (ImportState.CHECKED,), ImportState.SAVING, by, "import.saving_asked",
        has_good_rows_only=good_rows_only and bool(bad),
    )  # fmt: skip


def ask_for_undoing(*, imported: Import, by: User | None) -> None:
    """Have everything that an import brought taken out again. Raises Busy, MovedOn; a worker finds who was touched."""
    _start(imported, (ImportState.DONE,), ImportState.UNDOING, by, "import.undoing_asked")


def cancel(*, imported: Import, by: User | None, now: datetime) -> None:
    """Stop it: at once where no worker has it, else as soon as the worker sees it. Raises MovedOn: it has ended."""
    with transaction.atomic():
        _record(imported, by, "import.cancelled", {})
        stopped = Import.objects.filter(pk=imported.pk, state__in=MAY_CHOOSE)
        if stopped.update(state=ImportState.CANCELLED, ended_at=now):
            file.drop(imported)
            imported.rows.all().delete()
            return
        at_work = Import.objects.filter(pk=imported.pk, state__in=(ImportState.CHECKING, ImportState.SAVING))
        if not at_work.update(cancel_asked_at=now):
            imported.refresh_from_db()
            raise MovedOn(imported.state)


def drop_forgotten(*, now: datetime) -> int:
    """Stop what nobody decided on for so many days, and forget its file; return how many: it holds people's data."""
    left = Import.objects.filter(state__in=MAY_CHOOSE, began_at__lt=now - timedelta(days=KEPT_DAYS))
    dropped = 0
    for imported in left.order_by("pk")[:DROPPED_AT_ONCE]:
        with transaction.atomic():
            won = Import.objects.filter(pk=imported.pk, state__in=MAY_CHOOSE)
            if won.update(state=ImportState.CANCELLED, ended_at=now):
                file.drop(imported)
                imported.rows.all().delete()
                record(by=None, verb="import.forgotten", thing=imported, actor="worker", detail={"days": KEPT_DAYS})
                dropped += 1
    return dropped


def _start(imported: Import, before: tuple[str, ...], state: str, by: User | None, verb: str, **columns: Any) -> None:
    fresh = {"percent": 0, "rows_done": 0, "attempts": 0, "failure": "", "cancel_asked_at": None}
    try:
        with transaction.atomic():
            _move(imported, before, state=state, **fresh, **columns)
            _record(imported, by, verb, {})
    except IntegrityError as error:
        if violated(error) == "import_works_alone":
            raise Busy(Import.objects.at_work().first()) from error
        raise


def _move(imported: Import, before: tuple[str, ...], **columns: Any) -> None:
    won = Import.objects.filter(pk=imported.pk, state__in=before).update(**columns)
    imported.refresh_from_db()
    if not won:
        raise MovedOn(imported.state)


def _record(imported: Import, by: User | None, verb: str, detail: dict[str, Any]) -> None:
    record(by=by, verb=verb, thing=imported, actor="" if by else "command", detail=detail)
