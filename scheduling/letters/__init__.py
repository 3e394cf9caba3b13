"""The calendar's letters, by what they are about: visits, follow-ups, the days after a session."""

from clinic.outbox.registry import LetterKind
from scheduling.letters.after_sessions import Aftercare, CheckIn
from scheduling.letters.follow_ups import FollowUpDue
from scheduling.letters.offers import SlotOffered
from scheduling.letters.online import BookingCode
from scheduling.letters.own_page import CorrectionAnswered, OwnPage
from scheduling.letters.visits import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMoved,
    AppointmentReminder,
    IntakeNudge,
)

KINDS: tuple[type[LetterKind], ...] = (
    AppointmentConfirmed,
    AppointmentMoved,
    AppointmentCancelled,
    AppointmentReminder,
    IntakeNudge,
    FollowUpDue,
    Aftercare,
    CheckIn,
    SlotOffered,
    BookingCode,
    OwnPage,
    CorrectionAnswered,
)
