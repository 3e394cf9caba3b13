"""Who saw and did what."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only trail."""

    name = "clinic.audit"
    label = "audit"
