"""One visit's treatment: checked, logged on a body chart, signed, then frozen for every writer."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients.models import Patient
from treatments.models.catalogue import ConditionVersion, ProductVersion, RulesVersion
from treatments.models.plan import Plan, Site
from treatments.models.stock import Preparation
from treatments.querysets import RecordQuerySet

PAIN_MAX = 10
"""The far end of the numeric rating scale: 0 is no pain, 10 the worst."""


class Guidance(models.TextChoices):
    """How the needle was guided."""

    NONE = "none", _("None")
    EMG = "emg", _("EMG")
    ULTRASOUND = "ultrasound", _("Ultrasound")
    STIMULATION = "stimulation", _("Stimulation")


@pghistory.track()
class InjectionSession(PublicModel):
    """One injection session of one plan.

    `day_of_check` holds the answers of the day (identifiers, new illness or medicine, pregnancy, swallowing and
    breathing, infected sites, toxin elsewhere, consent): never pre-filled, so an absent key is an unanswered question.
    `clinician` gave it; the assistant is one of the staff or a name. `late_entry_reason` marks what was given earlier,
    on paper, and typed in afterwards: then `injected_at` is the time on the paper.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="sessions")
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(ProductVersion, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    condition = models.ForeignKey(ConditionVersion, on_delete=models.PROTECT, related_name="+")
    rules = models.ForeignKey(RulesVersion, on_delete=models.PROTECT, related_name="+")
    preparations = models.ManyToManyField(Preparation, through="SessionPreparation", related_name="sessions")
    day_of_check = models.JSONField(_("day-of check"), default=dict)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    injected_at = models.DateTimeField(_("injected"), null=True, blank=True)
    injected_on = models.DateField(_("injected on"), null=True, blank=True, help_text=_("the location's day"))
    needle = models.CharField(_("needle"), max_length=80, blank=True)
    guidance = models.CharField(_("guidance"), max_length=12, choices=Guidance.choices, blank=True)
    immediate_reaction = models.TextField(_("immediate reaction"), blank=True)
    aftercare_given = models.BooleanField(_("aftercare given"), default=False)
    pain_nrs = models.PositiveSmallIntegerField(
        _("pain during the injections"), null=True, blank=True, help_text=_("numeric rating scale, by the patient")
    )
    assistant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assistant"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    assistant_name = models.CharField(_("assistant, not of the staff"), max_length=120, blank=True)
    late_entry_reason = models.TextField(_("why it is typed in later"), blank=True)
    note = models.TextField(_("note"), blank=True)
    total_units = models.DecimalField(_("total units"), max_digits=8, decimal_places=2, null=True, blank=True)
    volume_ml = models.DecimalField(_("total mL"), max_digits=8, decimal_places=4, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    started_at = models.DateTimeField(_("started"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_despite = models.TextField(_("given despite a block: the clinician's statement"), blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("injection session")
        verbose_name_plural = _("injection sessions")
        ordering = ("-injected_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True, signed_by__isnull=True)
                | models.Q(
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    injected_at__isnull=False,
                    injected_on__isnull=False,
                    total_units__isnull=False,
                    checked_at__isnull=False,
                ),
                name="session_signed_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(total_units__isnull=True) | models.Q(total_units__gt=0),
                name="session_total_is_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(pain_nrs__isnull=True) | models.Q(pain_nrs__lte=PAIN_MAX),
                name="session_pain_is_on_its_scale",
            ),
            models.CheckConstraint(
                condition=models.Q(assistant__isnull=True) | models.Q(assistant_name=""),
                name="session_has_one_assistant",
            ),
            models.CheckConstraint(
                condition=models.Q(late_entry_reason="") | models.Q(injected_at__isnull=False),
                name="session_late_entry_says_when_it_was_given",
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(signed_at__isnull=True), name="session_one_draft_a_plan"
            ),
        )
        indexes = (
            models.Index(fields=["patient", "-injected_on"], name="session_by_patient"),
            models.Index(fields=["clinician"], condition=models.Q(signed_at__isnull=True), name="session_unsigned"),
        )

    def __str__(self) -> str:
        return f"{self.injected_on or self.started_at:%Y-%m-%d}"

    @property
    def is_signed(self) -> bool:
        """Whether it is frozen."""
        return self.signed_at is not None

    @property
    def is_late_entry(self) -> bool:
        """Whether it was given earlier and typed in later."""
        return bool(self.late_entry_reason)


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class SessionPreparation(models.Model):
    """A preparation is used in a session; a session may have several, each with its own dilution and clock."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(InjectionSession, on_delete=models.PROTECT, related_name="uses")
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="uses_in_sessions")
    position = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("preparation of a session")
        verbose_name_plural = _("preparations of a session")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["session", "preparation"], name="session_has_a_preparation_once"),
            models.UniqueConstraint(fields=["session", "position"], name="session_numbers_its_preparations"),
        )

    def __str__(self) -> str:
        return str(self.position)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SessionSite(Site):
    """A site as injected. It names its preparation where the session has several; left empty, it is from the only one.

    The database holds that the preparation named is one of the session's (`site_is_from_its_sessions_preparation`).
    """

    session = models.ForeignKey(InjectionSession, on_delete=models.PROTECT, related_name="sites")
    preparation = models.ForeignKey(
        Preparation, verbose_name=_("preparation"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    volume_ml = models.DecimalField(_("mL"), max_digits=7, decimal_places=4, null=True, blank=True)

    class Meta(Site.Meta):
        verbose_name = _("site")


class Addendum(PublicModel):
    """A correction or remark after the signature: a row of its own, never an edit."""

    session = models.ForeignKey(InjectionSession, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=~models.Q(text=""), name="addendum_says_something"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class VoidReason(models.TextChoices):
    """Why a signed session does not stand."""

    WRONG_PATIENT = "wrong_patient", _("Written on the wrong patient")
    NEVER_GIVEN = "never_given", _("Never given")
    ENTERED_WRONGLY = "entered_wrongly", _("Entered wrongly")


class Void(PublicModel):
    """A signed session was voided: the session itself stays as it was signed."""

    session = models.OneToOneField(InjectionSession, on_delete=models.PROTECT, related_name="void")
    kind = models.CharField(_("kind"), max_length=20, choices=VoidReason.choices)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("void")
        verbose_name_plural = _("voids")
        constraints = (models.CheckConstraint(condition=~models.Q(reason=""), name="void_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Incident(PublicModel):
    """Something was given despite a block: a manager is told and closes it."""

    session = models.ForeignKey(InjectionSession, on_delete=models.PROTECT, related_name="incidents")
    rule = models.CharField(_("rule"), max_length=8)
    text = models.TextField(_("finding"))
    statement = models.TextField(_("clinician's statement"))
    at = models.DateTimeField(_("at"))
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.rule
