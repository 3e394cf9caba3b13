"""When: appointments, follow-ups and reminders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    """The top floor: the calendar points at the record, never the other way."""

    name = "scheduling"
    verbose_name = _("Scheduling")

    def ready(self) -> None:
        """Hang what the calendar owes on the record's deeds, and register this app's letters."""
        from scheduling import wiring

        wiring.connect()
