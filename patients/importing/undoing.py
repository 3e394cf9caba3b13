"""Taking back an import: what it brought is taken out, while nobody has written anything about it since.

The app deletes no patient: a function of the database does it, for the rows of one import that stand as they came.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from pghistory.models import Event

from clinic.audit.trail import record, record_each
from clinic.lib.db import violated
from patients.importing.progress import take_time
from patients.importing.refusals import Touched
from patients.models import HistoryItem, Import, ImportKind, ImportState, Patient, RowOutcome

MOST_NAMED: Final = 10


@dataclass(frozen=True)
class Outlook:
    """What undoing an import would do: how much it takes out, how many people stay, who stands in the way."""

    taken: int
    staying: int
    touched: tuple[int, ...]

    @property
    def may_be_more(self) -> bool:
        """Whether more people stand in the way than are named."""
        return len(self.touched) == MOST_NAMED


def outlook(imported: Import) -> Outlook:
    """Say what undoing would do, as things stand now."""
    if imported.kind != ImportKind.PEOPLE:
        lines = HistoryItem.objects.filter(brought_by=imported).count()
        return Outlook(lines, 0, touched_since(imported))
    came = imported.rows.filter(outcome=RowOutcome.NEW).count()
    return Outlook(came, imported.count(RowOutcome.ANOTHER), touched_since(imported))


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
        lines = HistoryItem.objects.filter(brought_by=imported)
        kept = Patient.objects.filter(restricted_at__isnull=False, pk__in=lines.values("patient"))
        return tuple(kept.order_by("record_number").values_list("record_number", flat=True)[:MOST_NAMED])
    came = Patient.objects.filter(
        public_id__in=imported.rows.filter(outcome=RowOutcome.NEW).values("public_id")
    ).order_by("record_number")
    found = set(came.filter(version__gt=1).values_list("record_number", flat=True)[:MOST_NAMED])
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented meta API
            if field.remote_field and field.remote_field.model is Patient and not issubclass(model, Event):
                written = model._default_manager.filter(**{f"{field.name}__in": came})  # noqa: SLF001
                found |= set(written.values_list(f"{field.name}__record_number", flat=True)[:MOST_NAMED])
    return tuple(sorted(found)[:MOST_NAMED])
