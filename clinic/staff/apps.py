"""Who works here."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Users, roles and sign-in."""

    name = "clinic.staff"
    label = "staff"

    def ready(self) -> None:
        """Hear of letters to staff that came back."""
        from clinic.outbox.registry import bounced_hooks
        from clinic.staff import bouncing

        bounced_hooks.append(bouncing.bounced)
