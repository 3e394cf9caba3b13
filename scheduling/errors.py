"""Refusals of the calendar: each says what happened and carries what a kind answer needs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduling.models import Appointment, AppointmentState, FollowUp, FollowUpState, OfferState


class Refusal(Exception):
    """A deed the calendar refuses."""


@dataclass
class SlotTaken(Refusal):
    """Somebody else holds this time: of the clinician, or of the room."""

    what: str
    starts_at: datetime


@dataclass
class TimeHeld(SlotTaken):
    """Somebody is choosing this time online: for some minutes it is kept for them."""


@dataclass
class PatientBusy(Refusal):
    """The patient has another visit at this time."""

    other: "Appointment | None"


@dataclass
class AlreadyBooked(Refusal):
    """Another visit to come keeps what this one would keep: the follow-up is booked."""

    visit: "Appointment"


@dataclass
class OutsideHours(Refusal):
    """The clinician does not work then."""

    starts_at: datetime


@dataclass
class LocationClosed(Refusal):
    """The location is closed on this day: an overbooked visit cannot be there either."""

    on: date
    name: str


@dataclass
class ClinicianAway(Refusal):
    """The clinician is away then."""

    who: str
    starts_at: datetime


@dataclass
class TypeNotGiven(Refusal):
    """The clinician does not give visits of this type, or not at this location."""

    who: str
    what: str


@dataclass
class NotInThatRoom(Refusal):
    """The clinician does not give visits of this type in this room, or it is not in use."""

    room: str


@dataclass
class NoticeTooShort(Refusal):
    """A patient books no later than some time before the visit: the first time they may still take."""

    not_before: datetime


@dataclass
class TooFarAhead(Refusal):
    """A patient books no further ahead than this day."""

    last_on: date


@dataclass
class InThePast(Refusal):
    """The time has gone by."""

    starts_at: datetime


@dataclass
class PatientHasDied(Refusal):
    """Nothing is booked for somebody who died."""


@dataclass
class RecordIsRestricted(Refusal):
    """Nothing is booked in a record that is closed to everyday work."""


@dataclass
class TooSoon(Refusal):
    """An injection would come before the patient's earliest permitted date."""

    earliest: date


@dataclass
class NotYoursToOverbook(Refusal):
    """Who asks may not overbook at this location: its manager kept that for clinicians and managers."""


@dataclass
class NotYoursToAllow(Refusal):
    """An injection before the earliest permitted date is allowed by a clinician alone."""


@dataclass
class NotYet(Refusal):
    """The visit has not begun: nobody can have missed it."""

    starts_at: datetime


@dataclass
class NotFromHere(Refusal):
    """The visit is in a state from which this cannot be done, perhaps because another desk was faster."""

    state: "AppointmentState"
    wanted: str


@dataclass
class NoSuchLength(Refusal):
    """No visit is that short or that long, in minutes."""

    shortest: int
    longest: int


@dataclass
class BeingBooked(Refusal):
    """Somebody is taking this time, or what belongs to it, at this moment: how it ends is not known yet."""

    starts_at: datetime


@dataclass
class BookedEnough(Refusal):
    """So many visits were booked on the web with one address in a day: more is a matter for the telephone."""

    at_most: int


class BeingChanged(Refusal):
    """Somebody writes this visit, or what hangs on it, at this moment: nothing was changed by this press."""


@dataclass
class PressedForSomethingElse(Refusal):
    """The same press (idempotency key) asked for something else before; `earlier` is what it booked then."""

    earlier: "Appointment"


@dataclass
class BookedAndCancelled(Refusal):
    """The same press booked a visit that was cancelled since."""

    earlier: "Appointment"


@dataclass
class EditedMeanwhile(Refusal):
    """Somebody changed the row since this page was opened; `theirs` is the row as it is now."""

    theirs: "Appointment"


@dataclass
class WorkedMeanwhile(Refusal):
    """Somebody booked, closed or worked this follow-up since the page was opened; `theirs` is the row as it is now."""

    theirs: "FollowUp"


@dataclass
class TakenBackAlready(Refusal):
    """This entry was taken back before."""


@dataclass
class StandsOtherwise(Refusal):
    """The follow-up is booked, or ended by now: this cannot be done from there."""

    state: "FollowUpState"


@dataclass
class ClinicianDecides(Refusal):
    """The follow-up waits for the clinician: the desk does not give it up."""


@dataclass
class CannotReopen(Refusal):
    """What ended is not owed again: nobody ended it by hand, its plan owes another or is over."""

    state: "FollowUpState"


@dataclass
class PolicyChangedMeanwhile(Refusal):
    """Somebody changed this policy, or these days and hours, since the page was opened."""


@dataclass
class WordingChanged(Refusal):
    """The words of this letter are others than those that were read."""

    letter: str


@dataclass
class FeedChangedMeanwhile(Refusal):
    """Another calendar address stands than the one that was seen."""


@dataclass
class NameTaken(Refusal):
    """Another place, room or type of visit is called that already."""

    name: str


@dataclass
class OnTheListAlready(Refusal):
    """The patient waits for this type of visit already."""


@dataclass
class OfferEnded(Refusal):
    """A freed time that was offered cannot be taken any more; `state` says what became of the offer."""

    state: "OfferState"


@dataclass
class MadeAlready(Refusal):
    """Another file of this person's is being made: one after another."""

    form: str
