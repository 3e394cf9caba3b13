"""`manage.py catch_mail`: take the letters of the demo and show them; nothing leaves this machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.embedded import mail


class Command(BaseCommand):
    """Runs until it is ended."""

    help = "Catch the demo's letters in a folder and list them on a local page."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        """Serve both ports; only in demo mode, where letters go here."""
        if settings.IS_PRODUCTION:
            raise CommandError("The mail catcher is for the demo: production's letters go where EMAIL_URL says")
        mail.serve(settings.MAIL_CATCHER_FOLDER, smtp_port=settings.HOME.smtp_port, web_port=settings.HOME.mail_port)
