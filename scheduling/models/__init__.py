"""When: what can be booked, what is booked, and what is owed next."""

from scheduling.models.appointment import Appointment, AppointmentState
from scheduling.models.call import Call, CallOutcome, CallWithdrawal
from scheduling.models.exported import ClinicExport, ExportForm, ExportPiece, ExportState
from scheduling.models.feed import CalendarFeed, FeedEnd
from scheduling.models.followup import FollowUp, FollowUpState
from scheduling.models.held import HeldTime
from scheduling.models.kept import KeptVisit
from scheduling.models.online import Knock, OnlineRequest
from scheduling.models.own_page import PageWish
from scheduling.models.policy import (
    FollowUpPolicy,
    FollowUpStep,
    ReplannedThing,
    Replanning,
    StepState,
    VisitPolicy,
)
from scheduling.models.running_late import RunningLate
from scheduling.models.supply import (
    Absence,
    AppointmentKind,
    AppointmentType,
    ExtraHours,
    ProviderHours,
    ProviderType,
)
from scheduling.models.waiting import EntryState, FreedTime, OfferState, SlotOffer, WaitingEntry
from scheduling.models.wording import WordingReview

__all__ = (
    "Absence",
    "Appointment",
    "AppointmentKind",
    "AppointmentState",
    "AppointmentType",
    "CalendarFeed",
    "Call",
    "CallOutcome",
    "CallWithdrawal",
    "ClinicExport",
    "EntryState",
    "ExportForm",
    "ExportPiece",
    "ExportState",
    "ExtraHours",
    "FeedEnd",
    "FollowUp",
    "FollowUpPolicy",
    "FollowUpState",
    "FollowUpStep",
    "FreedTime",
    "HeldTime",
    "KeptVisit",
    "Knock",
    "OfferState",
    "OnlineRequest",
    "PageWish",
    "ProviderHours",
    "ProviderType",
    "ReplannedThing",
    "Replanning",
    "RunningLate",
    "SlotOffer",
    "StepState",
    "VisitPolicy",
    "WaitingEntry",
    "WordingReview",
)
