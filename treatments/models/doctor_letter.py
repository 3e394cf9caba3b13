"""A letter to another doctor, as it was signed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from treatments.models.session import InjectionSession
from treatments.querysets import OfSessionQuerySet


class DoctorLetter(PublicModel):
    """What was written to another doctor about one session. Rows are only added: a further letter is a further row."""

    session = models.ForeignKey(
        InjectionSession, verbose_name=_("session"), on_delete=models.PROTECT, related_name="doctor_letters"
    )
    to = models.TextField(_("to"), help_text=_("name and address, as they stand on the letter"))
    text = models.TextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = OfSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter to a doctor")
        verbose_name_plural = _("letters to doctors")
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(to="") & ~models.Q(text=""), name="doctor_letter_says_something_to_somebody"
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
