"""Who is treated."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """People, intake, consents and links."""

    name = "patients"
    verbose_name = _("Patients")

    def ready(self) -> None:
        """Make the letters known, and answer a changed address."""
        from clinic.outbox.registry import bounced_hooks, register
        from patients import hooks, intake, letters, suspending

        register(letters.IntakeInvitation())
        register(letters.LinkCode())
        bounced_hooks.append(suspending.bounced)
        hooks.on_address_changed.append(intake.follow_new_address)
        hooks.on_deceased.append(intake.cancel_for_deceased)
