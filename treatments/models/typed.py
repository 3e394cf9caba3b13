"""What is typed and not saved yet, kept on the server: working paper, not record."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from treatments.models.consultation import Consultation


class TypedConsultation(models.Model):
    """A consultation's page as it is being typed, valid or not; gone once it was saved, refused once it is signed.

    `fields` is the page as text, by the names of its fields; `revision` counts its savings, so that of two pages open
    at once neither overwrites the other unseen.
    """

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="typed")
    fields = models.JSONField(_("as typed"), default=dict)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("typed consultation")
        verbose_name_plural = _("typed consultations")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
