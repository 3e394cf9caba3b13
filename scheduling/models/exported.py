"""The clinic's records on their way out: a file that is made beside all requests, and kept for a day."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from scheduling.querysets import ClinicExportQuerySet


class ExportForm(models.TextChoices):
    """What kind of file."""

    TABLES = "tables", _("Tables")
    FHIR = "fhir", _("FHIR bundle")


class ExportState(models.TextChoices):
    """Where a file stands."""

    ASKED = "asked", _("waits")
    MAKING = "making", _("is being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be made")
    GONE = "gone", _("deleted")


class ClinicExport(PublicModel):
    """One file with everything of the clinic's patients at some locations, asked for by one person and theirs alone.

    A worker makes it; `seen_at` is when it last said that it does. A worker that is silent is taken for lost, and the
    file is begun anew: `tries` says which beginning, so that one that comes back writes nothing more. `read` of
    `to_read` is how far it is, counted in patients, once for each table.
    """

    form = models.CharField(_("kind"), max_length=6, choices=ExportForm.choices)
    locations = models.ManyToManyField(Location, verbose_name=_("locations"), related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for"))
    state = models.CharField(_("state"), max_length=6, choices=ExportState.choices, default=ExportState.ASKED)
    tries = models.PositiveSmallIntegerField(_("beginnings"), default=0)
    seen_at = models.DateTimeField(_("last worked on"), null=True, blank=True)
    read = models.PositiveBigIntegerField(_("read"), default=0)
    to_read = models.PositiveBigIntegerField(_("to read"), default=0)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = ClinicExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of the clinic")
        verbose_name_plural = _("exports of the clinic")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=ExportState.values, form__in=ExportForm.values),
                name="clinic_export_kind_and_state_are_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="making") | models.Q(seen_at__isnull=False),
                name="clinic_export_being_made_was_seen",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(expires_at__isnull=False),
                name="clinic_export_ready_says_until_when",
            ),
            models.UniqueConstraint(
                fields=["asked_by"],
                condition=models.Q(state__in=("asked", "making")),
                name="clinic_export_one_a_person_at_a_time",
            ),
            # The other worker process is left to the letters.
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="making"), name="clinic_export_one_made_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is being made."""
        return self.state in {ExportState.ASKED, ExportState.MAKING}

    def is_kept(self, now: datetime) -> bool:
        """Whether it is ready and its day is not over."""
        return self.state == ExportState.READY and self.expires_at is not None and now < self.expires_at

    @property
    def percent(self) -> int:
        """How far it is; patients registered meanwhile make it no more than all but ready."""
        return min(99, 100 * self.read // self.to_read) if self.to_read else 0


class ExportPiece(models.Model):
    """A piece of such a file: kept in the database, where the web finds what a worker on another host made."""

    export = models.ForeignKey(ClinicExport, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("piece of an export")
        verbose_name_plural = _("pieces of exports")
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["export", "number"], name="export_piece_once_a_number"),)

    def __str__(self) -> str:
        return str(self.number)
