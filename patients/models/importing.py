"""Files of people from another system: the file, how it is read, what became of each of its rows."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients.querysets_importing import ImportQuerySet


class ImportKind(models.TextChoices):
    """What the rows of a file are."""

    PEOPLE = "people", _("People")
    ALLERGIES = "allergies", _("Allergies")
    PROBLEMS = "problems", _("Problems")
    MEDICINES = "medicines", _("Medicines")


class ImportState(models.TextChoices):
    """Where an import stands."""

    CHOOSING = "choosing", _("Columns to choose")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing saved")
    SAVING = "saving", _("Being saved")
    DONE = "done", _("Saved")
    CANCELLED = "cancelled", _("Cancelled, nothing saved")
    FAILED = "failed", _("Stopped, nothing saved")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


AT_WORK = (ImportState.CHECKING, ImportState.SAVING, ImportState.UNDOING)
"""One import at a time is in one of these: whoever runs it needs the machine, and two might bring the same people."""


class DateOrder(models.TextChoices):
    """Which figure of a date stands first; a year of four figures in front is read whatever is chosen."""

    DAY = "day", _("day/month/year")
    MONTH = "month", _("month/day/year")


class RowOutcome(models.TextChoices):
    """What becomes of a row, or became of it."""

    NEW = "new", _("new")
    KNOWN = "known", _("already here")
    BAD = "bad", _("cannot be read")
    HELD = "held", _("may be somebody who is here")
    SAME = "same", _("the same person")
    ANOTHER = "another", _("another person, registered")
    LEFT_OUT = "left_out", _("left out")


DECIDED = (RowOutcome.SAME, RowOutcome.ANOTHER, RowOutcome.LEFT_OUT)


class Import(PublicModel):
    """One file that somebody brings from another system, and where it stands.

    `columns` says which column of the file (by its place, from 0) is what; `counts` how many rows are of each outcome,
    and what the dates of the file say about their order.
    """

    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"))
    kind = models.CharField(_("rows are"), max_length=10, choices=ImportKind.choices, default=ImportKind.PEOPLE)
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.CHOOSING)
    encoding = models.CharField(_("encoding"), max_length=20)
    separator = models.CharField(_("separator"), max_length=1, blank=True)
    has_separator_line = models.BooleanField(default=False)
    heads = models.JSONField(_("head line"), default=list)
    heads_key = models.CharField(max_length=64, help_text=_("the same for files with the same head line"))
    columns = models.JSONField(_("columns"), default=dict)
    date_order = models.CharField(_("dates"), max_length=5, choices=DateOrder.choices, default=DateOrder.DAY)
    code_system = models.CharField(_("code system"), max_length=60, blank=True)
    source = models.CharField(_("system it comes from"), max_length=40, blank=True)
    has_good_rows_only = models.BooleanField(_("good rows only"), default=False)
    counts = models.JSONField(default=dict)
    rows_done = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(_("why it stopped"), max_length=300, blank=True)
    began_at = models.DateTimeField(_("begun"))
    saved_at = models.DateTimeField(_("saved"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    cancel_asked_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-began_at", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_is_known"),
            models.CheckConstraint(condition=models.Q(kind__in=ImportKind.values), name="import_kind_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("done", "undoing", "undone")) | models.Q(saved_at__isnull=False),
                name="import_that_is_saved_has_its_time",
            ),
            models.UniqueConstraint(models.Value(1), condition=models.Q(state__in=AT_WORK), name="import_works_alone"),
        )
        indexes = (models.Index(fields=["heads_key", "-id"], name="import_by_head_line"),)

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it in hand, or is about to."""
        return self.state in AT_WORK

    def count(self, outcome: str) -> int:
        """How many rows came out so."""
        return int(self.counts.get(outcome, 0))

    @property
    def twice(self) -> int:
        """How many rows of those that are known only repeat an earlier row of the file."""
        return int(self.counts.get("twice", 0))

    @property
    def already_here(self) -> int:
        """How many rows are known because who or what they name is here."""
        return max(self.count(RowOutcome.KNOWN) - self.twice, 0)

    @property
    def rows_total(self) -> int:
        """How many rows the file has, once it was read."""
        return sum(self.count(outcome) for outcome in RowOutcome.values)


class ImportPiece(models.Model):
    """A piece of the file itself, gone as soon as the import has ended."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("piece of a file")
        verbose_name_plural = _("pieces of a file")
        constraints = (models.UniqueConstraint(fields=["of", "number"], name="import_piece_once"),)

    def __str__(self) -> str:
        return f"piece {self.number}"


class ImportRow(models.Model):
    """One row of a file, read and judged, before anything is saved; afterwards what became of it.

    `public_id` is the one that the person or line of the history gets. `facts` are its columns as they will be written;
    they and what is compared (`search_name` to `abha_number`) are emptied when it is saved. `cells` are those of the
    file, kept of rows that could not be read. `alike` names who it may be: [[public id, [why, ...]], ...]; once
    somebody found it to be one of them, that one alone.
    """

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("record"))
    line = models.PositiveIntegerField(_("line"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_key = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=RowOutcome.choices)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    facts: Any = models.JSONField(null=True)
    cells: Any = models.JSONField(null=True)
    alike: Any = models.JSONField(null=True)
    search_name = models.TextField(blank=True)
    born_on = models.DateField(null=True)
    birth_precision = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=254, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("row of a file")
        verbose_name_plural = _("rows of a file")
        ordering = ("of", "number")
        constraints = (
            models.UniqueConstraint(fields=["of", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=RowOutcome.values), name="import_row_outcome_is_known"
            ),
        )
        indexes = (
            models.Index(
                fields=["source_key"],
                condition=models.Q(outcome__in=("held", "same", "another", "left_out")),
                name="import_row_to_decide",
            ),
        )

    def __str__(self) -> str:
        return f"record {self.number} (line {self.line})"
