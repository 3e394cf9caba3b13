"""Who works here."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Users, roles and sign-in."""

    name = "clinic.staff"
    label = "staff"
