"""Who is treated."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """People, intake, consents and links."""

    name = "patients"
    verbose_name = _("Patients")

    def ready(self) -> None:
        """Make the letters known, and answer a changed address."""
        from clinic.outbox import registry
        from patients import closing, consenting, hooks, intake_following, letters, register, suspending

        registry.register(letters.IntakeInvitation())
        registry.register(letters.LinkCode())
        registry.register(letters.ConsentsLink())
        registry.bounced_hooks.append(suspending.bounced)
        hooks.on_address_changed.append(intake_following.follow_new_address)
        hooks.on_deceased.append(intake_following.cancel_for_deceased)
        hooks.on_intake_submitted.append(consenting.follow_form)
        hooks.on_restricted.append(intake_following.cancel_for_restricted)
        hooks.merge_obstacles += [closing.closed_in_the_way, register.numbers_in_the_way]
        hooks.parting_obstacles.append(closing.closed_while_parting)
