"""What patients read a type of visit called: the clinic's own words; a plain English one in the patient's language."""

from typing import Final

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

PLAIN: Final[dict[str, LazyText]] = {
    "appointment": _("Appointment"),
    "consultation": _("Consultation"),
    "first visit": _("First visit"),
    "follow-up": _("Follow-up"),
    "phone call": _("Phone call"),
    "review": _("Review"),
    "visit": _("Visit"),
}
"""Names that many clinics give, which we can say in every language ourselves."""


def said(public_name: str) -> str:
    """Return what a patient reads. Anything the clinic worded itself stays as it is: nobody translates it unseen."""
    return str(PLAIN.get(public_name.strip().casefold(), public_name))
