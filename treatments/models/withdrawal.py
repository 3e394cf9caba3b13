"""A lot's way out of use and back, its expiry set right, who was told of a recall. Rows are only added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Patient
from treatments.models.stock import Lot, LotState


class LotMove(PublicModel):
    """A lot was quarantined, recalled or put back in use: when, by whom, why. The last one is where it stands."""

    lot = models.ForeignKey(Lot, verbose_name=_("lot"), on_delete=models.PROTECT, related_name="moves")
    state = models.CharField(_("state"), max_length=12, choices=LotState.choices)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("move of a lot")
        verbose_name_plural = _("moves of a lot")
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=~models.Q(reason=""), name="lot_move_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.state} {self.at:%Y-%m-%d}"


class LotCorrection(PublicModel):
    """The expiry of a lot was written down wrongly: what stood, what the pack prints, who saw it and why."""

    lot = models.ForeignKey(Lot, verbose_name=_("lot"), on_delete=models.PROTECT, related_name="corrections")
    stood = models.DateField(_("expiry as it stood"))
    stood_month_only = models.BooleanField()
    expires_on = models.DateField(_("expires"))
    expiry_is_month_only = models.BooleanField()
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("correction of a lot")
        verbose_name_plural = _("corrections of a lot")
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=~models.Q(reason=""), name="lot_correction_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.expires_on}"


class ContactOutcome(models.TextChoices):
    """What came of trying to tell a patient."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    LETTER_GIVEN = "letter_given", _("Letter given")


class RecallContact(PublicModel):
    """One attempt to tell a patient that a lot they were treated with is recalled."""

    recall = models.ForeignKey(LotMove, verbose_name=_("recall"), on_delete=models.PROTECT, related_name="contacts")
    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=ContactOutcome.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("recall contact")
        verbose_name_plural = _("recall contacts")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=ContactOutcome.values), name="recall_contact_has_a_known_outcome"
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"
