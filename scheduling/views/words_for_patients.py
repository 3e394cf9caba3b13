"""Refusals of the calendar as a patient reads them: what to do now, and nothing of how the clinic works."""

from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduling.errors import (
    AlreadyBooked,
    BeingChanged,
    BookedEnough,
    NoticeTooShort,
    PatientBusy,
    PatientHasDied,
    RecordIsRestricted,
    Refusal,
    SlotTaken,
    TooFarAhead,
    TooSoon,
)
from scheduling.views import words


def refusal(error: Refusal, *, zone: ZoneInfo) -> str:  # noqa: PLR0911 - one sentence a refusal
    """Say what to do. Whatever else stands against it, for a patient a time is not free any more."""
    match error:
        case PatientBusy():
            return _("You have another visit at that time. Choose another time, or call us.")
        case AlreadyBooked():
            return _("You have a visit booked already. A link in the e-mail about it moves it, or call us.")
        case NoticeTooShort(not_before=moment):
            return _("That time is too near by now. Choose one from %(when)s on, or call us.") % {
                "when": words.when(moment, zone)
            }
        case TooFarAhead(last_on=day):
            return _("That is too far ahead. Choose a day until %(day)s.") % {"day": date_format(day, "j M Y")}
        case TooSoon(earliest=day):
            return _("The first possible day is %(day)s. Choose that day or a later one.") % {
                "day": date_format(day, "j M Y")
            }
        case PatientHasDied() | RecordIsRestricted():
            return _("This cannot be booked here. Please call us.")
        case BookedEnough(at_most=many):
            return _(
                "%(many)s visits were booked with this e-mail address since yesterday. For more, please call us."
            ) % {"many": many}
        case BeingChanged():
            return _("Your visit is being changed at this moment. Please press again in a few seconds.")
        case SlotTaken():
            return _("That time has just been taken. Choose another.")
        case _:
            return not_offered()


def not_offered() -> str:
    """Say that a time is gone, or never was among those offered."""
    return _("That time is not free any more. Choose another.")
