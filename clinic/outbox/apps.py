"""Every letter the clinic owes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """The outbox: promises made in a deed's transaction, kept by workers."""

    name = "clinic.outbox"
    label = "outbox"
    verbose_name = _("letters")
