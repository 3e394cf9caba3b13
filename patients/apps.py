"""Who is treated."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """People, intake, consents and links."""

    name = "patients"
    verbose_name = _("Patients")
