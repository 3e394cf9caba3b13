"""What happened to a patient that the treatment may have caused. Rows are only added: a correction is a later entry."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Patient
from treatments.models.safety import SymptomReport
from treatments.models.session import InjectionSession, SessionSite
from treatments.models.stock import Lot
from treatments.querysets import EventQuerySet


class EventSeverity(models.TextChoices):
    """How strong it is: not how grave."""

    MILD = "mild", _("Mild")
    MODERATE = "moderate", _("Moderate")
    SEVERE = "severe", _("Severe")


class Relatedness(models.TextChoices):
    """Whether the toxin caused it, in the clinician's judgement (the words of the WHO-UMC scale)."""

    CERTAIN = "certain", _("Certain")
    PROBABLE = "probable", _("Probable")
    POSSIBLE = "possible", _("Possible")
    UNLIKELY = "unlikely", _("Unlikely")
    CANNOT_SAY = "cannot_say", _("Cannot be said")


class EventOutcome(models.TextChoices):
    """How it ended, or that it has not."""

    ONGOING = "ongoing", _("Ongoing")
    RESOLVED = "resolved", _("Resolved")
    SEQUELAE = "sequelae", _("Resolved with sequelae")
    FATAL = "fatal", _("Fatal")
    UNKNOWN = "unknown", _("Not known")


OPEN_OUTCOMES = (EventOutcome.ONGOING, EventOutcome.UNKNOWN)


class AdverseEvent(PublicModel):
    """One event of one patient; what is known of it stands in its entries, the last one counts."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        InjectionSession,
        verbose_name=_("after"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adverse_events",
    )
    report = models.ForeignKey(
        SymptomReport,
        verbose_name=_("told in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adverse_events",
    )
    opened_at = models.DateTimeField(_("recorded"))

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("adverse event")
        verbose_name_plural = _("adverse events")
        ordering = ("-id",)
        indexes = (models.Index(fields=["patient"], name="adverse_event_by_patient"),)

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}"


class EventEntry(PublicModel):
    """What one clinician knew of an event at one moment. `number` counts the event's entries."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveSmallIntegerField(_("number"))
    term_key = models.CharField(_("event"), max_length=80, blank=True, help_text=_("id of the catalogue"))
    term = models.CharField(_("event"), max_length=200)
    onset_on = models.DateField(_("began"))
    is_serious = models.BooleanField(_("serious"))
    severity = models.CharField(_("severity"), max_length=10, choices=EventSeverity.choices)
    relatedness = models.CharField(_("caused by the treatment"), max_length=12, choices=Relatedness.choices)
    action_taken = models.TextField(_("action taken"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=EventOutcome.choices)
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_struck = models.BooleanField(_("recorded by mistake"), default=False)
    sites = models.ManyToManyField(
        SessionSite, verbose_name=_("sites"), blank=True, related_name="+", through="EventSite"
    )
    lots = models.ManyToManyField(Lot, verbose_name=_("lots"), blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("entry of an adverse event")
        verbose_name_plural = _("entries of adverse events")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["event", "number"], name="event_entry_number_once"),
            models.CheckConstraint(condition=~models.Q(term=""), name="event_entry_names_what_happened"),
            models.CheckConstraint(
                condition=models.Q(severity__in=EventSeverity.values)
                & models.Q(relatedness__in=Relatedness.values)
                & models.Q(outcome__in=EventOutcome.values),
                name="event_entry_is_judged_in_known_words",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="resolved") | models.Q(resolved_on__isnull=False),
                name="event_entry_resolved_has_its_day",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_on__isnull=True) | models.Q(resolved_on__gte=models.F("onset_on")),
                name="event_entry_is_resolved_after_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(is_struck=False) | ~models.Q(note=""), name="event_entry_struck_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return self.term

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return not self.is_struck and self.outcome in OPEN_OUTCOMES


class EventSite(models.Model):
    """An entry names a site. Deleting a draft's site does not look here; a site that is named the database keeps."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(EventEntry, on_delete=models.PROTECT, related_name="+", db_column="evententry_id")
    site = models.ForeignKey(SessionSite, on_delete=models.DO_NOTHING, related_name="+", db_column="sessionsite_id")

    class Meta:
        db_table = "treatments_evententry_sites"
        unique_together = (("entry", "site"),)

    def __str__(self) -> str:
        return str(self.site_id)
