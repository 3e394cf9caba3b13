"""Who works here."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Users, roles and sign-in."""

    name = "clinic.staff"
    label = "staff"

    def ready(self) -> None:
        """Hear of letters to staff that came back, owe those asked for, and make their kinds known."""
        from clinic.outbox import registry
        from clinic.staff import bouncing, letters, passwords

        registry.bounced_hooks.append(bouncing.bounced)
        registry.due_finders.append(passwords.answer_requests)
        for kind in letters.KINDS:
            registry.register(kind())
