"""Why a search shows somebody, in words: "given name begins with “sum” · phone ends in 0181"."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from patients.sought import Sought
from patients.why_found import Person, Reason, Way, why_found_as_was


def found_words(sought: Sought, person: Person, former: Iterable[Person] = ()) -> str:
    """Say why somebody is shown, each reason once; `former` are the records that became a part of this one."""
    reasons = why_found_as_was(sought, person, former)
    said = " · ".join(_reason(reason) for reason in reasons)
    old = next((reason.number for reason in reasons if reason.number), 0)
    return (
        _("%(reasons)s, in record %(old)d that was merged into this one") % {"reasons": said, "old": old}
        if old
        else said
    )


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
        Way.BORN_IN: _("born in %(typed)s"),
        Way.GIVEN: _("name begins with “%(typed)s”"),
        Way.FAMILY: _("family name begins with “%(typed)s”"),
        Way.LATER: _("a later name begins with “%(typed)s”"),
        Way.INSIDE: _("“%(typed)s” is inside the name"),
        Way.SOUND: _("sounds like “%(typed)s”"),
        Way.OTHER_SCRIPT: _("“%(typed)s” in other letters"),
        Way.NEAR: _("nearly “%(typed)s”"),
    }
