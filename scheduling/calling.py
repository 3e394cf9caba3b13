"""Calls about coming back: written down, and taken back when the entry was a mistake. One deed each."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.lib.db import violated
from clinic.staff.models import User
from scheduling import call_outcomes, following_up
from scheduling.errors import CannotReopen, TakenBackAlready, WorkedMeanwhile
from scheduling.following_up.rows import change
from scheduling.models import Call, CallOutcome, CallWithdrawal, FollowUp
from scheduling.standing import LIVE, OPEN


def log_call(
    *,
    follow_up: FollowUp,
    outcome: CallOutcome,
    seen_version: int,
    press: UUID,
    by: User,
    now: datetime,
    note: str = "",
    again_on: date | None = None,
) -> Call:
    """Write down a call. The follow-up rests until `again_on`, or is closed where the patient will not come.

    Without `again_on` the outcome's own day holds. One UPDATE checked against the version the page showed, so of two
    desks one wins. Pressed twice it returns the same call. A call moves no letter: those go or not by their own rules.

    Raises:
        WorkedMeanwhile: it was booked, closed or worked since.

    """
    if (earlier := Call.objects.filter(press=press).first()) is not None:
        return _mine(earlier, follow_up)
    ends_it = call_outcomes.OUTCOMES[outcome].ends_it
    day = None if ends_it else again_on or _usual_day(follow_up, outcome, now=now)
    try:
        with transaction.atomic():
            _take(follow_up, seen_version, call_again_on=day)
            call: Call = Call.objects.create(
                follow_up=follow_up,
                patient=follow_up.patient,
                outcome=outcome,
                note=note.strip(),
                again_on=day,
                called_at=now,
                by=by,
                press=press,
            )
            record(by=by, verb="call.logged", thing=call, patient=follow_up.patient, detail={"outcome": outcome.value})
            if ends_it:
                _end(follow_up, outcome, reason=note.strip(), by=by, now=now)
    except IntegrityError as error:
        if violated(error) == "scheduling_call_press_key":
            return _mine(Call.objects.get(press=press), follow_up)
        raise
    return call


@transaction.atomic
def give_up(*, follow_up: FollowUp, said: str, seen_version: int, by: User, now: datetime) -> None:
    """Give up on a patient whom nobody could reach, with the reason; checked against the version the page showed.

    Raises:
        WorkedMeanwhile: it was booked, closed or worked since.
        ClinicianDecides: it waits for the clinician, and `by` is none.

    """
    _take(follow_up, seen_version)
    following_up.lapse(follow_up=follow_up, said=said, by=by, now=now)


def take_back(*, call: Call, reason: str, by: User, now: datetime) -> None:
    """Take an entry back: the follow-up stands as the call before left it, and is owed again if this one closed it.

    Raises:
        TakenBackAlready: somebody took it back before.

    """
    try:
        with transaction.atomic():
            follow_up = FollowUp.objects.select_for_update().select_related("location", "patient").get(
                pk=call.follow_up_id
            )  # fmt: skip
            CallWithdrawal.objects.create(call=call, reason=reason, by=by, at=now)
            record(by=by, verb="call.taken-back", thing=call, patient=follow_up.patient)
            if follow_up.state in LIVE:
                _as_the_call_before_left_it(follow_up)
            elif follow_up.closed_at == call.called_at:
                _owe_again(follow_up, by=by, now=now)
    except IntegrityError as error:
        if violated(error) == "scheduling_callwithdrawal_call_id_key":
            raise TakenBackAlready from error
        raise


def _usual_day(follow_up: FollowUp, outcome: CallOutcome, *, now: datetime) -> date | None:
    location = follow_up.location
    today = day_of(now, location.zone)
    closures = set(location.closures.filter(on__gte=today).values_list("on", flat=True))
    return call_outcomes.again_on(outcome, today=today, closed_weekdays=location.closed_weekdays, closures=closures)


def _take(follow_up: FollowUp, seen_version: int, **facts: Any) -> None:
    """Write to the row if it stands as it was seen."""
    waiting = FollowUp.objects.filter(pk=follow_up.pk, version=seen_version, state__in=OPEN)
    if not waiting.update(version=F("version") + 1, **facts):
        raise WorkedMeanwhile(FollowUp.objects.select_related("location", "patient").get(pk=follow_up.pk))


def _mine(call: Call, follow_up: FollowUp) -> Call:
    if call.follow_up_id != follow_up.pk:
        raise WorkedMeanwhile(follow_up)
    return call


def _end(follow_up: FollowUp, outcome: CallOutcome, *, reason: str, by: User, now: datetime) -> None:
    said = reason or str(outcome.label)
    if outcome == CallOutcome.ELSEWHERE:
        following_up.close_treated_elsewhere(follow_up=follow_up, said=said, by=by, now=now)
    else:
        following_up.decline(follow_up=follow_up, reason=said, by=by, now=now)


def _owe_again(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    """Let what the call ended wait again; not where its plan owes another by now or is over."""
    try:
        following_up.reopen(follow_up=follow_up, by=by, now=now)
    except CannotReopen:
        return
    _as_the_call_before_left_it(follow_up)


def _as_the_call_before_left_it(follow_up: FollowUp) -> None:
    last = Call.objects.standing().filter(follow_up=follow_up).first()
    change(follow_up, call_again_on=last.again_on if last else None)
