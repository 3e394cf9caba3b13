"""Refusals and outcomes of the calendar in a person's words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduling.errors import (
    AlreadyBooked,
    BeingBooked,
    BeingChanged,
    BookedAndCancelled,
    CannotReopen,
    ClinicianAway,
    ClinicianDecides,
    EditedMeanwhile,
    InThePast,
    LocationClosed,
    NoSuchLength,
    NotFromHere,
    NoticeTooShort,
    NotInThatRoom,
    NotYet,
    NotYoursToAllow,
    NotYoursToOverbook,
    OfferEnded,
    OnTheListAlready,
    OutsideHours,
    PatientBusy,
    PatientHasDied,
    PressedForSomethingElse,
    RecordIsRestricted,
    Refusal,
    SlotTaken,
    StandsOtherwise,
    TimeHeld,
    TooFarAhead,
    TooSoon,
    TypeNotGiven,
)
from scheduling.models import Appointment, FollowUp
from scheduling.standing import OPEN


def when(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as the clinic says it: Fri 5 Mar 2027, 11:30."""
    local = instant.astimezone(zone)
    return f"{date_format(local, 'D j M Y')}, {date_format(local, 'H:i')}"


def day(on: date) -> str:
    """Return a day as the clinic says it: 5 Mar 2027."""
    return date_format(on, "j M Y")


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """Return the time on the clock: 11:30."""
    return date_format(instant.astimezone(zone), "H:i")


def refusal(error: Refusal, *, zone: ZoneInfo) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence a refusal
    """Say what happened and what to do."""
    match error:
        case TimeHeld(starts_at=moment):
            return _(
                "A patient is choosing %(when)s online: it is kept for them for some minutes. "
                "Choose another time, or try again in ten minutes."
            ) % {"when": when(moment, zone)}
        case SlotTaken(what="room", starts_at=moment):
            return _("The room has just been taken for %(when)s. Choose another room or time.") % {
                "when": when(moment, zone)
            }
        case SlotTaken(starts_at=moment):
            return _("%(when)s has just been taken. Choose another time: nothing you typed is lost.") % {
                "when": when(moment, zone)
            }
        case PatientBusy(other=None):
            return _("The patient has another visit at this time. Choose another time.")
        case PatientBusy(other=other):
            return _("The patient already has a visit at %(when)s. Choose another time, or move that visit.") % {
                "when": when(other.starts_at, zone)  # type: ignore[union-attr] # None is the case above
            }
        case AlreadyBooked(visit=visit):
            return _("%(name)s is booked already: %(when)s with %(who)s. Open that visit to move it.") % {
                "name": visit.patient.name,
                "when": when(visit.starts_at, visit.location.zone),
                "who": visit.clinician.full_name,
            }
        case PatientHasDied():
            return _("The record says that this patient has died. If that is wrong, correct the record first.")
        case RecordIsRestricted():
            return _("This record is closed to everyday work: nothing is booked in it. Ask the clinic manager.")
        case OutsideHours(starts_at=moment):
            return _("%(when)s lies outside working hours. Choose another time, or overbook with a reason.") % {
                "when": when(moment, zone)
            }
        case LocationClosed(on=day, name=name):
            return _("The location is closed on %(day)s: %(name)s. Choose another day.") % {
                "day": date_format(day, "D j M Y"),
                "name": name,
            }
        case ClinicianAway(who=who, starts_at=moment):
            return _("%(who)s is away at %(when)s. Choose another time or another clinician.") % {
                "who": who,
                "when": when(moment, zone),
            }
        case TypeNotGiven(who=who, what=what):
            return _("%(who)s does not give “%(what)s” here. Choose another clinician.") % {"who": who, "what": what}
        case NotInThatRoom(room=room):
            return _("This visit is not given in %(room)s. Choose another room.") % {"room": room}
        case NoticeTooShort(not_before=moment):
            return _("This time is too near by now. Choose one from %(when)s on, or call the clinic.") % {
                "when": when(moment, zone)
            }
        case TooFarAhead(last_on=day):
            return _("This is too far ahead. Choose a day until %(day)s.") % {"day": date_format(day, "j M Y")}
        case InThePast(starts_at=moment):
            return _("%(when)s has gone by. Choose a time to come.") % {"when": when(moment, zone)}
        case TooSoon(earliest=day):
            return _("The earliest permitted day is %(day)s. Choose that day or later, or ask the clinician.") % {
                "day": date_format(day, "j M Y")
            }
        case NotYoursToOverbook():
            return _("At this location a clinician or a manager overbooks. Ask one, or choose a free time.")
        case NotYoursToAllow():
            return _("Only a clinician allows an injection before the earliest permitted day.")
        case NotYet(starts_at=moment):
            return _("The visit is on %(when)s: nobody can have missed it yet. Cancel or move it instead.") % {
                "when": when(moment, zone)
            }
        case NotFromHere(state=state):
            return _("This visit is “%(state)s” by now; perhaps a colleague was faster.") % {"state": state.label}
        case EditedMeanwhile(theirs=theirs):
            return _("A colleague moved this visit to %(when)s meanwhile. Check, then move it again if needed.") % {
                "when": when(theirs.starts_at, zone)
            }
        case StandsOtherwise(state=state):
            return _("This follow-up is “%(state)s” by now. A visit that is booked is cancelled first.") % {
                "state": state.label
            }
        case ClinicianDecides():
            return _("The clinician sees to this patient first, and decides.")
        case CannotReopen(state=state):
            return _("This follow-up is “%(state)s” and cannot be taken up again.") % {"state": state.label}
        case NoSuchLength(shortest=shortest, longest=longest):
            return _("A visit takes between %(shortest)s and %(longest)s minutes.") % {
                "shortest": shortest,
                "longest": longest,
            }
        case OnTheListAlready():
            return _("The patient is on the waiting list for this already. Take that entry off first, to change it.")
        case OfferEnded():
            return _("This offer is over: it was answered, its time is taken, or the time for an answer has gone by.")
        case BeingBooked(starts_at=moment):
            return _("%(when)s is being booked at this moment. Press again in a few seconds.") % {
                "when": when(moment, zone)
            }
        case BeingChanged():
            return _("Somebody is changing this visit at this moment. Press again in a few seconds.")
        case PressedForSomethingElse(earlier=earlier):
            return _(
                "This page has booked a visit already, on %(when)s; what you changed since is not saved. "
                "Press again to book one more, or open that visit to move it."
            ) % {"when": when(earlier.starts_at, zone)}
        case BookedAndCancelled(earlier=earlier):
            return _("This page booked %(when)s, and that visit was cancelled since. Press again to book anew.") % {
                "when": when(earlier.starts_at, zone)
            }
        case _:
            raise error


def done(appointment: Appointment) -> str:
    """Say what a step did, for the toast."""
    name = appointment.patient.name
    return {
        "confirmed": _("%(name)s confirmed"),
        "arrived": _("%(name)s checked in"),
        "in_room": _("%(name)s is in the room"),
        "completed": _("%(name)s: visit completed"),
        "no_show": _("%(name)s did not come"),
        "left": _("%(name)s left without being seen"),
        "cancelled": _("%(name)s: visit cancelled"),
        "booked": _("%(name)s booked"),
    }[appointment.state] % {"name": name}


def kept_already(follow_up: FollowUp) -> str:
    """Say that nothing is to be booked for a follow-up any more; nothing where it still waits."""
    name = follow_up.patient.name
    if follow_up.state == "booked":
        return _("%(name)s is booked by now, perhaps from the letter. Look at the visits before you book another.") % {
            "name": name
        }
    if follow_up.state not in OPEN:
        return _("%(name)s is off the list by now: “%(state)s”. Start again from the patient to book all the same.") % {
            "name": name,
            "state": follow_up.get_state_display(),
        }
    return ""
