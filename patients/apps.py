"""Who is treated."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """People, intake, consents and links."""

    name = "patients"
    verbose_name = _("Patients")

    def ready(self) -> None:
        """Make the letters known, and answer a changed address."""
        from clinic.outbox.registry import register
        from patients import hooks, intake, letters

        register(letters.IntakeInvitation())
        register(letters.LinkCode())
        hooks.on_address_changed.append(intake.follow_new_address)
        hooks.on_deceased.append(intake.cancel_for_deceased)
