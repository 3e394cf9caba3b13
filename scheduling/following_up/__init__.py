"""What is owed next: opened by a signed session, kept by a visit, closed with a reason. One door for each change.

The steps of a follow-up stand in the outbox from the day it is opened; these deeds owe them, move them and take them
back. Whoever must not or cannot be mailed is on a list that a person works: `where` says which (DESIGN.md's table).
"""

from scheduling.following_up.closing import close_transferred, close_treated_elsewhere, decline, lapse, reopen, to_keep
from scheduling.following_up.hearing import events_changed, plan_changed, scored
from scheduling.following_up.keeping import booked, moved, open_for, refuse_a_second, unbooked, visit_that_keeps
from scheduling.following_up.opening import open_next, session_voided
from scheduling.following_up.people import (
    address_changed,
    patient_died,
    patient_lives,
    preferences_changed,
    record_restricted,
    records_merged,
    records_unmerged,
    restriction_lifted,
)
from scheduling.following_up.posting import came_back, hand_to_a_person, reminded, sweep
from scheduling.following_up.recounting import plan_revised
from scheduling.following_up.steps import owe_steps
from scheduling.following_up.words import LETTER
from scheduling.standing import CALL_LIST, CLINICIAN_LIST, CLOSED, LETTERS, SERIOUS, WEARING_OFF

__all__ = (
    "CALL_LIST",
    "CLINICIAN_LIST",
    "CLOSED",
    "LETTER",
    "LETTERS",
    "SERIOUS",
    "WEARING_OFF",
    "address_changed",
    "booked",
    "came_back",
    "close_transferred",
    "close_treated_elsewhere",
    "decline",
    "events_changed",
    "hand_to_a_person",
    "lapse",
    "moved",
    "open_for",
    "open_next",
    "owe_steps",
    "patient_died",
    "patient_lives",
    "plan_changed",
    "plan_revised",
    "preferences_changed",
    "record_restricted",
    "records_merged",
    "records_unmerged",
    "refuse_a_second",
    "reminded",
    "reopen",
    "restriction_lifted",
    "scored",
    "session_voided",
    "sweep",
    "to_keep",
    "unbooked",
    "visit_that_keeps",
)
