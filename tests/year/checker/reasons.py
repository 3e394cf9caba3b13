"""Why a letter that is due must not go now; and what the database has to say of one that did not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.year.checker.owed import ADVICE, CHECK_IN, FOLLOW_UP, NUDGE, REMINDER, Owed, Patient

RANKS = {ADVICE: 1, REMINDER: 2, NUDGE: 3, FOLLOW_UP: 4, CHECK_IN: 5}
"""Of these a patient gets one a day: where several meet, what would be useless tomorrow goes, then the lower number."""
POLICY = set(RANKS)
"""Letters the clinic sends of itself: in waking hours, one a day."""
WISHED = {REMINDER, FOLLOW_UP, CHECK_IN}
"""Go only to who wants them."""
OPEN_DAYS = {FOLLOW_UP, CHECK_IN}
"""Wait for a day on which somebody is there; the others, put off, would come too late."""
SAME_DAYS = timedelta(days=3)
IN_A_ROW = 2


@dataclass(frozen=True)
class Against:
    """A reason against sending now; `is_final` where another moment will not change it; `where` the patient is then."""

    why: str
    is_final: bool = False
    where: str = ""
    is_soft: bool = False
    """Whether it may go all the same: of two questions about two sessions either may be the one that goes."""


def against(patient: Patient, owed: Owed, now: datetime) -> Against | None:
    """What stands against this letter at this moment, by the log alone; None where it must go."""
    is_late = owed.until is not None and now >= owed.until
    ends = ((patient.is_dead, "deceased", "closed"), (is_late, "no_longer_useful", "call_list"))
    cannot = (
        (owed.kind == FOLLOW_UP and _is_overtaken(patient, owed, now), "later_step", "closed"),
        (not patient.email, "no_address", "call_list"),
        (patient.is_suspended, "address_suspended", "call_list"),
        (owed.kind in WISHED and not patient.wants, "opted_out", "call_list"),
    )
    asked = _against_check_in(patient, owed, now) if owed.kind == CHECK_IN else None
    asked = asked or (_against_advice(patient, owed) if owed.kind == ADVICE else None)
    found = _first(ends) or asked or _first(cannot) or against_policy_letter(patient, owed.kind, now)
    return found or (_gives_way(patient, owed, now) if owed.kind in POLICY else None)


def _first(reasons: Iterable[tuple[bool, str, str]]) -> Against | None:
    return next((Against(why, is_final=True, where=where) for stands, why, where in reasons if stands), None)


def against_policy_letter(patient: Patient, kind: str, now: datetime) -> Against | None:
    """What stands against any letter the clinic sends of itself at this moment."""
    if kind not in POLICY:
        return None
    day = patient.place.day(now)
    if not patient.place.is_awake(now):
        return Against("sleeping_hours")
    if kind in OPEN_DAYS and not patient.place.is_open(day):
        return Against("closed_day")
    return Against("one_letter_a_day") if day in patient.days_written_to else None


def _is_overtaken(patient: Patient, owed: Owed, now: datetime) -> bool:
    return any(
        other.kind == FOLLOW_UP and other.due <= now and other.key[:2] == owed.key[:2] and _order(other) > _order(owed)
        for other in patient.owed
    )


def _order(owed: Owed) -> tuple[datetime, str]:
    return owed.due, str(owed.key[2])


def _against_check_in(patient: Patient, owed: Owed, now: datetime) -> Against | None:
    if patient.serious:
        return Against("serious_event", is_final=True, where="clinician_list")
    plan, number, _days = owed.key
    session = next(one for one in patient.courses[plan].sessions if one.number == number)
    last = session.asked[-IN_A_ROW:]
    if len(last) == IN_A_ROW and not any(told >= last[0] for told in session.told):
        return Against("not_answered", is_final=True, where="closed")
    if (gone := is_asked_by_another(patient, owed)) is not None:
        return Against("asked_already", is_final=True, where="closed", is_soft=not gone)
    return None


def _against_advice(patient: Patient, owed: Owed) -> Against | None:
    """Two sessions of one day are advised on in one letter."""
    days = {(plan.number, one.number): one.on for plan in patient.courses.values() for one in plan.sessions}
    mine = days[owed.key[0], owed.key[1]]

    def meets(keys: Iterable[tuple[Any, ...]]) -> bool:
        return any(abs(days[key[0], key[1]] - mine) <= timedelta(days=1) for key in keys)

    if meets(key for kind, key in patient.went if kind == ADVICE and key != owed.key):
        return Against("told_already", is_final=True, where="closed")
    if meets(one.key for one in patient.owed if one.kind == ADVICE and one.key != owed.key):
        return Against("told_already", is_final=True, where="closed", is_soft=True)
    return None


def _gives_way(patient: Patient, owed: Owed, now: datetime) -> Against | None:
    """Whether another letter of today is to go first; one that would come too late tomorrow ends with a call."""
    place, day = patient.place, patient.place.day(now)
    tomorrow = day + timedelta(days=1)
    morning = place.morning(place.open_from(tomorrow) if owed.kind in OPEN_DAYS else tomorrow)

    def order(one: Owed) -> tuple[bool, int, datetime]:
        return one.until is None or one.until > morning, RANKS[one.kind], one.due

    today = [one for one in patient.owed if one.kind in POLICY and place.day(one.due) <= day]
    if not any(order(one) < order(owed) for one in today if one is not owed):
        return None
    if owed.until and morning >= owed.until:
        return Against("day_was_taken", is_final=True, where="call_list", is_soft=True)
    return Against("one_letter_a_day", is_soft=True)


def is_asked_by_another(patient: Patient, owed: Owed) -> bool | None:
    """Whether another session is asked about in the same days, since this one was given: True where it was, by letter.

    False where it is going to be; None where none is.
    """
    plan, number, _days = owed.key
    given = next(one for one in patient.courses[plan].sessions if one.number == number).given_at
    asked = [at for course in patient.courses.values() for one in course.sessions for at in one.asked
             if (one.plan, one.number) != (plan, number)]  # fmt: skip
    dues = [one.goes for one in patient.owed if one.kind == CHECK_IN and one.key[:2] != (plan, number)]
    for was, moments in ((True, asked), (False, dues)):
        if any(at >= given and abs(at - owed.goes) <= SAME_DAYS for at in moments):
            return was
    return None
