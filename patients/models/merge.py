"""Two records of one person made one: what was joined, which rows moved, and the way back."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.person import Patient


class Merge(PublicModel):
    """One record was merged into another, by whom and when, and whether that was taken back.

    `taken` maps each column that the survivor took over to what stood there before (`was`) and since (`became`), as
    JSON. `press` identifies one press of the button.
    """

    merged = models.ForeignKey(Patient, verbose_name=_("merged"), on_delete=models.PROTECT, related_name="+")
    survivor = models.ForeignKey(Patient, verbose_name=_("goes on"), on_delete=models.PROTECT, related_name="+")
    taken = models.JSONField(_("taken over"), default=dict)
    press = models.UUIDField(unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(merged=models.F("survivor")), name="merge_is_of_two_records"),
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at__isnull=True), name="merge_stands_once_a_record"
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_taken_back_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class MovedRowQuerySet(models.QuerySet[Any]):
    """Rows that merges moved, asked in the clinic's words."""

    def that_brought(self, row: Any, *, since: datetime) -> "MovedRowQuerySet":
        """Return how merges that stand brought a row of a patient to the record where it is, since a moment."""
        there = self.filter(merge__survivor=row.patient_id, merge__undone_at__isnull=True, merge__at__gte=since)
        return there.filter(table_name=row._meta.db_table, row_id=row.pk)  # noqa: SLF001 - Django's documented meta API


class MovedRow(models.Model):
    """One row that a merge moved, or moved back: from which record to which, and in which transaction.

    Written by the database function of the merge alone, before the row moves: what is signed lets pass exactly what
    stands here for the running transaction.
    """

    id = models.BigAutoField(primary_key=True)
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="moved")
    table_name = models.CharField(_("table"), max_length=63)
    column_name = models.CharField(_("column"), max_length=63)
    row_id = models.BigIntegerField(_("row"))
    moved_from = models.BigIntegerField(_("from"))
    moved_to = models.BigIntegerField(_("to"))
    transaction = models.BigIntegerField(_("transaction"))

    objects = MovedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("moved row")
        verbose_name_plural = _("moved rows")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["merge", "table_name", "row_id", "column_name", "moved_to"], name="row_moves_once_each_way"
            ),
        )

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"
