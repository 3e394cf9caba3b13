"""Why a link opens no more, in words for whoever holds it: what happened and what to do, nobody's name.

What is said is meant for a stranger's eyes too: a letter may have been forwarded, or the address may be another's now.
"""

from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.link_refusals import LinkExpired, LinkRefused, LinkRevoked, LinkUsed

USED, EXPIRED, ENDED = "used", "expired", "ended"
DONE: Final = frozenset({USED, "form_sent", "booked"})
"""It did what it was for: there is nothing to look for."""

SENTENCES: Final[dict[str, LazyText]] = {
    USED: gettext_lazy("It did what it was for. There is nothing more to do."),
    ENDED: gettext_lazy("It is not needed any more."),
    "form_sent": gettext_lazy("Your answers have reached us. There is nothing more to do."),
    "booked": gettext_lazy("The next visit is planned. An e-mail from us says when it is."),
    "moved": gettext_lazy("The visit was moved. A newer e-mail from us says when it is now."),
    "cancelled": gettext_lazy("The visit was cancelled."),
    "too_many_wrong_answers": gettext_lazy("For your safety it was closed after several wrong answers."),
}
"""By what ended it. Whatever is not here (an address that changed, a death, a merge) is told as "not needed"."""


def because_of(refusal: LinkRefused) -> str:
    """Return in one word what ended a link; "" where there never was one."""
    match refusal:
        case LinkUsed():
            return USED
        case LinkExpired():
            return EXPIRED
        case LinkRevoked():
            return refusal.because
    return ""


def sentence(because: str, *, expired_at: datetime | None = None) -> str:
    """Return what happened, in one sentence of the language that is on."""
    if because == EXPIRED and expired_at is not None:
        return _("It worked until %(day)s.") % {"day": date_format(timezone.localdate(expired_at), "DATE_FORMAT")}
    return str(SENTENCES.get(because, SENTENCES[ENDED]))
