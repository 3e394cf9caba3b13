"""What an import is called on its pages: columns, encodings, why somebody may be the same."""

from django.utils.translation import gettext_lazy as _

COLUMNS = {
    "source_key": _("Number in the other system"),
    "given_name": _("Name"),
    "family_name": _("Family name"),
    "birth": _("Date of birth"),
    "sex": _("Sex"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "language": _("Language"),
    "street": _("Address: street"),
    "city": _("Address: town"),
    "state": _("Address: state"),
    "zip": _("Address: PIN"),
    "note_for_desk": _("Note for the desk"),
    "deceased_on": _("Date of death"),
    "person_key": _("Number of the person in the other system"),
    "description": _("Description"),
    "code": _("Code"),
    "code_system": _("Code system"),
    "started_on": _("Since"),
    "stopped_on": _("Until"),
    "category": _("Category"),
    "reason": _("Because of"),
    "own_key": _("Number of the line"),
    "told_apart_by": _("Visit it was noted at"),
    "reaction_code": _("Reaction: code"),
    "reaction": _("Reaction"),
    "severity": _("Reaction: how severe"),
    "reaction_code_2": _("Second reaction: code"),
    "reaction_2": _("Second reaction"),
    "severity_2": _("Second reaction: how severe"),
}
ENCODINGS = (
    ("utf-8-sig", _("UTF-8 (most programs of today)")),
    ("cp1252", _("Windows, Western Europe (older Excel)")),
    ("utf-16", _("UTF-16 (Excel: Unicode text)")),
)
LIKENESSES = {
    "same_abha": _("same ABHA number"),
    "same_phone": _("same phone"),
    "same_email": _("same e-mail"),
    "same_name": _("same name"),
    "similar_name": _("similar name"),
}
