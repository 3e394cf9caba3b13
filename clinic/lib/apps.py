"""The floor everything stands on: base model, database words, local days, widgets, template filters."""

from django.apps import AppConfig


class LibConfig(AppConfig):
    """Shared parts that know no clinic."""

    name = "clinic.lib"
    label = "lib"

    def ready(self) -> None:
        """Register the checks."""
        from clinic.lib import checks  # noqa: F401
