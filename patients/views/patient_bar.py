"""Whose chart a page is of: what stands under the top row of each."""

from typing import Any

from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.lib.days import day_of
from patients.models import Patient
from patients.wording import birth_and_age


def bar(patient: Patient) -> dict[str, Any]:
    """Return what the bar shows: the age, at the death of who died, and what must be seen at once."""
    today = day_of(clock.now(), patient.location.zone)
    age = birth_and_age(patient.birth, min(today, patient.deceased_on or today))
    return {"nav": "patients", "patient": patient, "age": age, "badges": badges(patient)}


def badges(patient: Patient) -> list[dict[str, str]]:
    """Return what must be seen at once of how a person is reached: words with a tone."""
    found = []
    if patient.deceased_on:
        found.append({"word": _("Died"), "tone": ""})
    if patient.restricted_at:
        found.append({"word": _("Restricted"), "tone": "stop"})
    if patient.confidential_at:
        found.append({"word": _("Confidential"), "tone": "due"})
    if patient.email_suspended_at:
        found.append({"word": _("E-mail suspended"), "tone": "due"})
    elif not patient.email:
        found.append({"word": _("No e-mail"), "tone": "due"})
    elif patient.email_is_shared:
        found.append({"word": _("Shared address"), "tone": "info"})
    if not patient.phone:
        found.append({"word": _("No phone"), "tone": "due"})
    if not patient.wants_reminders:
        found.append({"word": _("No reminders"), "tone": ""})
    return found
