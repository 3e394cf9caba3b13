"""Why a search shows somebody, in words: "given name begins with “sum” · phone ends in 0181"."""

from django.utils.translation import gettext as _

from patients.sought import Sought
from patients.why_found import Person, Reason, Way, why_found


def found_words(sought: Sought, person: Person) -> str:
    """Say why somebody is shown, each reason once."""
    return " · ".join(_reason(reason) for reason in why_found(sought, person))


def _reason(reason: Reason) -> str:
    return _sentences()[reason.way] % {"typed": reason.typed}


def _sentences() -> dict[Way, str]:
    return {
        Way.EMAIL: _("this e-mail address"),
        Way.NUMBER: _("this record number"),
        Way.OLD_NUMBER: _("record %(typed)s was merged into this one"),
        Way.PHONE: _("this phone"),
        Way.PHONE_BEGINS: _("phone begins with %(typed)s"),
        Way.PHONE_ENDS: _("phone ends in %(typed)s"),
        Way.BORN: _("born then"),
        Way.GIVEN: _("name begins with “%(typed)s”"),
        Way.FAMILY: _("family name begins with “%(typed)s”"),
        Way.LATER: _("a later name begins with “%(typed)s”"),
        Way.INSIDE: _("“%(typed)s” is inside the name"),
        Way.SOUND: _("sounds like “%(typed)s”"),
        Way.OTHER_SCRIPT: _("“%(typed)s” in other letters"),
        Way.NEAR: _("nearly “%(typed)s”"),
    }
