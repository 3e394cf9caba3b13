"""What a patient answered before the first visit, and which questions stood there."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.person import Language, Patient
from patients.querysets_intake import DecisionQuerySet, IntakeQuerySet


class Questionnaire(PublicModel):
    """One version of the intake questions: rows are only added, so what somebody answered can always be read.

    `questions` is a document of the shape described in `patients.questionnaire`.
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    questions = models.JSONField(_("questions"), help_text=_("ids, texts and kinds, as shown"))
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"v{self.version}"


class IntakeState(models.TextChoices):
    """Where an intake stands."""

    INVITED = "invited", _("Invited")
    STARTED = "started", _("Started")
    SUBMITTED = "submitted", _("Submitted")
    REVIEWED = "reviewed", _("Reviewed")
    CANCELLED = "cancelled", _("Cancelled")


@pghistory.track()
class Intake(PublicModel):
    """One form filled by (or for) one patient.

    `answers` maps a question id of its questionnaire to what was answered; a patient's answer never changes after
    `submitted_at`. A question that nobody answered has no key. By the question's kind:

    - yes_no: "yes", "no" or "unsure"
    - consent: "yes" or "no" (kept as a Consent when the form is sent), and under `<id>.wording` the public id of the
      words that stood above it
    - scale, number: a JSON integer
    - choices, areas: a list of option ids, in the order of the questionnaire; one: the id of one
    - since: "2021-03" or "2021"; day: "2026-09-14", "2026-09" or "2026"
    - line, text, email, phone: text as typed, NFC, never empty

    A yes_no question may have details, asked for where the answer is yes, under the question's id, a point and the
    detail's name: `s10_prior_toxin.when` (a day), `.brand` (a line), `.units` (a line). Screening questions keep the
    ids of the clinical catalogue; two of the same words are asked once and the answer stands under both ids.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="intakes")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=IntakeState.choices, default=IntakeState.INVITED)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH)
    answers = models.JSONField(_("answers"), default=dict)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("the desk, for a patient without e-mail"),
    )
    invited_at = models.DateTimeField(_("invited"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_assess = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("answers marked for the reader, counted when the form was sent")
    )
    is_grave = models.BooleanField(
        default=False, db_default=False, help_text=_("one of them stops a treatment until a clinician has looked")
    )
    details_open = models.BooleanField(
        default=False, db_default=False, help_text=_("what was told of the person differs and nobody decided yet")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    told_open = 0
    """How many lines of it stand undecided, where a page asked (`patients.taking_over_health.count_open`)."""

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ("-invited_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state__in=("submitted", "reviewed")) | models.Q(submitted_at__isnull=False),
                name="intake_submitted_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="reviewed") | models.Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="intake_reviewed_has_its_reader",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(state__in=("invited", "started")),
                name="intake_one_open_a_patient",
            ),
        )
        indexes = (
            models.Index(fields=["state", "-submitted_at"], name="intake_by_state"),
            models.Index(
                fields=["submitted_at"], condition=models.Q(details_open=True), name="intake_with_details_to_compare"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.invited_at:%Y-%m-%d}"


class DetailDecision(PublicModel):
    """Somebody took over what an intake says of the person, or left the record as it is; once a field of one form.

    `field` is one of the person (`patients.comparing`), or a line of what is told of their health
    (`patients.told_health`), which clinicians alone decide on and read. `told` is the answer as given, `stood` what the
    record said at that moment, `replaced` the columns it changed, each with what it was and became. Rows are only
    added; that one was taken back is added to it, once, and the same may then be decided anew.
    """

    intake = models.ForeignKey(Intake, verbose_name=_("intake"), on_delete=models.PROTECT, related_name="decisions")
    field = models.CharField(_("field"), max_length=20)
    is_taken_over = models.BooleanField(_("taken over"))
    told = models.TextField(_("the patient's answer"))
    stood = models.TextField(_("on record then"), blank=True)
    replaced = models.JSONField(_("columns changed"), default=dict)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a detail")
        verbose_name_plural = _("decisions on details")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["intake", "field"],
                condition=models.Q(taken_back_at__isnull=True),
                name="intake_detail_is_decided_once",
            ),
            models.CheckConstraint(
                condition=models.Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | models.Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="intake_detail_taken_back_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.field} {'taken over' if self.is_taken_over else 'left'}"
