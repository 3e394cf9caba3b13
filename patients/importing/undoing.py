"""Taking back an import: what it brought is taken out, while nobody has written anything about it since.

The app deletes no patient: a function of the database does it, for the rows of one import that stand as they came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from pghistory.models import Event

from clinic.audit.trail import record, record_each
from clinic.lib.db import violated
from patients.importing.progress import take_time
from patients.importing.refusals import Touched
from patients.models import HistoryItem, Import, ImportKind, ImportState, Patient, RowOutcome

MOST_NAMED: Final = 10


@dataclass(frozen=True)
class Outlook:
    """What undoing an import would do: how much it takes out, how many people stay, who stands in the way.

    Of those `in_the_way` the first few are named by their numbers, in `touched`.
    """

    taken: int
    staying: int
    touched: tuple[int, ...]
    in_the_way: int


def outlook(imported: Import) -> Outlook:
    """Say what undoing would do, as things stand now."""
    if imported.kind != ImportKind.PEOPLE:
        taken, staying = HistoryItem.objects.filter(brought_by=imported).count(), 0
    else:
        taken = imported.rows.filter(outcome=RowOutcome.NEW).count()
        staying = imported.count(RowOutcome.ANOTHER)
    touched = touched_since(imported)
    return Outlook(taken, staying, touched, len(touched) if len(touched) < MOST_NAMED else _all_touched(imported))


def undo(imported: Import, *, now: datetime) -> None:
    """Take out what an import brought.

    Raises:
        Touched: somebody was amended, treated, booked or asked since: then nothing is taken out.

    """
    if touched := touched_since(imported):
        raise Touched(touched)
    try:
        with transaction.atomic():
            take_time()
            came = imported.rows.filter(outcome=RowOutcome.NEW).values_list("public_id", flat=True)
            detail = {"import": str(imported.public_id)}
            if imported.kind == ImportKind.PEOPLE:
                record_each(
                    by=imported.by, verb="patient.taken_out", thing_type=Patient, things=list(came), detail=detail
                )
            with connection.cursor() as cursor:
                cursor.execute("SELECT patients_take_out_import(%s)", [imported.pk])
                taken = int(cursor.fetchone()[0])
            imported.rows.all().delete()  # what waits for a decision says who somebody is
            imported.state, imported.ended_at = ImportState.UNDONE, now
            imported.save(update_fields=["state", "ended_at"])
            record(
                by=imported.by, verb="import.undone", thing=imported, actor="" if imported.by else "command",
                detail={"taken_out": taken},
            )  # fmt: skip
    except DatabaseError as error:  # somebody was quicker than the look before
        if violated(error) is None:
            raise
        raise Touched(touched_since(imported)) from error


def touched_since(imported: Import) -> tuple[int, ...]:
    """Return the numbers of people of an import about whom something was written since, the first of them.

    Lines of a history are taken out at any time, but not of a record that is kept by law.
    """
    if imported.kind != ImportKind.PEOPLE:
        numbers = _kept_by_law(imported).order_by("record_number").values_list("record_number", flat=True)
        return tuple(numbers[:MOST_NAMED])
    found = set[int]()
    for way, written in _written_since(imported):
        found |= set(written.values_list(f"{way}record_number", flat=True)[:MOST_NAMED])
    return tuple(sorted(found)[:MOST_NAMED])


def _all_touched(imported: Import) -> int:
    """Return how many people stand in the way: one query, asked where more may do so than are named."""
    if imported.kind != ImportKind.PEOPLE:
        return _kept_by_law(imported).count()
    first, *others = (
        written.order_by().values_list(f"{way}record_number", flat=True) for way, written in _written_since(imported)
    )
    return first.union(*others).count()


def _kept_by_law(imported: Import) -> QuerySet[Patient]:
    lines = HistoryItem.objects.filter(brought_by=imported)
    return Patient.objects.filter(restricted_at__isnull=False, pk__in=lines.values("patient"))


def _written_since(imported: Import) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield what was written about people of an import since they came, each with the way from there to the person."""
    came = Patient.objects.filter(
        public_id__in=imported.rows.filter(outcome=RowOutcome.NEW).values("public_id")
    ).order_by("record_number")
    yield "", came.filter(version__gt=1)
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented meta API
            if field.remote_field and field.remote_field.model is Patient and not issubclass(model, Event):
                yield f"{field.name}__", model._default_manager.filter(**{f"{field.name}__in": came})  # noqa: SLF001
