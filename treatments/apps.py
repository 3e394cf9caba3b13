"""What is given and what it achieves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreatmentsConfig(AppConfig):
    """Catalogue, stock, consultations, plans, sessions and outcomes."""

    name = "treatments"
    verbose_name = _("Treatments")

    def ready(self) -> None:
        """Register this app's letter and its sweep."""
        from treatments import wiring

        wiring.connect()
