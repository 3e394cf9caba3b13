"""The harness as an app, so that workers know its letter and its tasks."""

from django.apps import AppConfig


class HarnessConfig(AppConfig):
    """Registers the letter about nothing in particular."""

    name = "tests.faults.harness"

    def ready(self) -> None:
        """Make the letter known to this process."""
        from clinic.outbox import registry
        from tests.faults.harness.letters import Notice

        registry.register(Notice())
