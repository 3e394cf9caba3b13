"""What the register holds beside the person, in words."""

from django.utils.translation import gettext as _

from patients import phones
from patients.models import Contact, Identifier


def identifier_words(row: Identifier) -> str:
    """Say what kind of number it is and who gave it."""
    kind = row.get_kind_display()
    return _("%(kind)s, %(issuer)s") % {"kind": kind, "issuer": row.issuer} if row.issuer else kind


def contact_words(row: Contact) -> str:
    """Say what somebody is to the patient, what they are there for, and their phone."""
    said = [row.get_relation_display()]
    if row.is_guardian:
        said.append(_("signs for the patient"))
    if row.is_for_emergencies:
        said.append(_("rung in an emergency"))
    if row.phone:
        said.append(phones.shown(row.phone))
    return " · ".join(said)
