"""Somebody asked, without a link, for the link to their own page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.locations.models import Location


class PageWish(models.Model):
    """An address that was typed on the public page: looked up by the next sweep and then erased.

    So the page that takes it answers as fast, and with the same words, whether the clinic knows the address or not.
    """

    id = models.BigAutoField(primary_key=True)
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("e-mail"))
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("wish for a link to one's own page")
        verbose_name_plural = _("wishes for links to one's own page")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
