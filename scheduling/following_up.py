"""What is owed next: opened by a signed session, kept by a visit, closed with a reason. One door for each change.

The steps of a follow-up stand in the outbox from the day it is opened; these deeds owe them, move them and take them
back. Whoever must not or cannot be mailed is on a list that a person works: `where` says which (DESIGN.md's table).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.models import Patient
from scheduling import timing
from scheduling.late_entries import is_behind, silent_late_entry
from scheduling.models import Appointment, AppointmentKind, FollowUp
from treatments.event_story import has_unresolved_serious
from treatments.models import InjectionSession, Plan, WearOffReport
from treatments.windows import EffectWindow, window_of

LETTER = "follow_up_due"
LETTERS, CALL_LIST, CLINICIAN_LIST, CLOSED = "letters", "call_list", "clinician_list", "closed"
WEARING_OFF, SERIOUS = "wearing_off", "serious_event"
WAITS = gettext_noop("The clinician sees to this patient first.")
"""Why a letter does not go, to the desk as well: not what the patient has."""
USEFUL_FOR = timedelta(days=60)
"""A letter that could not go for so long is not sent any more: a person has called by then."""


def open_next(*, session: InjectionSession, by: User, now: datetime) -> None:
    """Open the next follow-up of a plan whose session was signed, close the one before, move the other plans'.

    Only the same plan's session supersedes; any session moves every plan's earliest day. A late entry that lies before
    another session of its plan opens nothing: what is owed is counted from the later one, anew.
    """
    if session.is_late_entry and is_behind(session):
        for follow_up in FollowUp.objects.live().filter(patient=session.patient).select_related("location", "session"):
            _recount(follow_up, by=by, now=now)
        return
    _supersede(session=session, by=by, now=now)
    follow_up = _open(session, window_of(session), now=now)
    record(by=by, verb="follow_up.opened", thing=follow_up, patient=session.patient, detail={"cycle": follow_up.cycle})
    if session.plan.state != "active":  # a draft may be signed after its plan was paused or ended
        plan_changed(plan=session.plan, by=by, now=now)
    for other in FollowUp.objects.live().filter(patient=session.patient).exclude(pk=follow_up.pk):
        _not_before(other, by=by, now=now)


def session_voided(*, session: InjectionSession, by: User, now: datetime) -> None:
    """Close what was counted from a voided session, and owe again what the session before it owed."""
    for follow_up in FollowUp.objects.live().filter(session=session):
        _close(follow_up, state="closed", reason="session_voided", by=by, now=now)
    before = (
        FollowUp.objects.filter(plan=session.plan, session__void__isnull=True)
        .exclude(session=session)
        .order_by("-cycle")
        .first()
    )
    silent = silent_late_entry(session)
    if silent is not None and session.plan.state == "active":
        _open(silent, window_of(silent), now=now)
    elif before is not None and before.state in {"done", "done_early"} and session.plan.state == "active":
        _reopen(before, by=by, now=now)
    for other in FollowUp.objects.live().filter(patient=session.patient):
        _not_before(other, by=by, now=now)


def plan_changed(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Hear that a plan is paused, stopped, completed or active again, and act on its live follow-up."""
    follow_up: FollowUp | None = FollowUp.objects.live().filter(plan=plan).select_related("location").first()
    if follow_up is None:
        return
    if plan.state in {"stopped", "completed"}:
        _close(follow_up, state="closed", reason=f"plan_{plan.state}", by=by, now=now)
    elif plan.state == "paused":
        outbox.withdraw(about=follow_up, reason="plan_paused", now=now, where=CLINICIAN_LIST)
        if follow_up.reason != "no_effect":  # that waits for the clinician either way, the pause over or not
            _change(follow_up, where=CLINICIAN_LIST, reason="plan_paused")
    elif follow_up.reason == "plan_paused":
        _change(follow_up, where=LETTERS, reason="")
        if follow_up.state != "booked":
            owe_steps(follow_up, now=now)


def plan_revised(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Count a live follow-up anew: another interval or product is another day to be back."""
    for follow_up in FollowUp.objects.live().filter(plan=plan).select_related("location", "session"):
        _recount(follow_up, by=by, now=now)


def scored(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Ask the estimate again after a score, a report or a day set by hand: the day to be back moves with it.

    A cycle without effect goes to the clinician and no letter is sent until a later score, or a person, says otherwise.
    """
    actor = "" if by else "patient link"
    for follow_up in FollowUp.objects.live().filter(plan=plan).select_related("location", "session"):
        has_failed = window_of(follow_up.session).book_by_on is None
        if has_failed and follow_up.where == LETTERS and follow_up.state != "booked":
            outbox.withdraw(about=follow_up, reason="no_effect", text=_(WAITS), now=now, where=CLINICIAN_LIST)
            _change(follow_up, where=CLINICIAN_LIST, reason="no_effect")
            record(by=by, actor=actor, verb="follow_up.to_the_clinician", thing=follow_up, patient=follow_up.patient)
        elif not has_failed and follow_up.reason == "no_effect":
            _change(follow_up, where=LETTERS, reason="")
            owe_steps(follow_up, now=now)
            record(by=by, actor=actor, verb="follow_up.owed_again", thing=follow_up, patient=follow_up.patient)
        if not has_failed:
            _recount(follow_up, by=by, now=now)


def events_changed(*, patient: Patient, by: User, now: datetime) -> None:
    """Hold the letters of a patient with an unresolved serious event; owe them again when it is resolved.

    What waits for the clinician for another reason waits on.
    """
    is_held = has_unresolved_serious(patient)
    for follow_up in FollowUp.objects.live().filter(patient=patient).select_related("location", "session"):
        if is_held and follow_up.where == LETTERS and follow_up.state != "booked":
            outbox.withdraw(about=follow_up, reason=SERIOUS, text=_(WAITS), now=now, where=CLINICIAN_LIST)
            _change(follow_up, where=CLINICIAN_LIST, reason=SERIOUS)
            record(by=by, verb="follow_up.to_the_clinician", thing=follow_up, patient=patient)
        elif not is_held and follow_up.reason == SERIOUS:
            _change(follow_up, where=LETTERS, reason="")
            owe_steps(follow_up, now=now)
            record(by=by, verb="follow_up.owed_again", thing=follow_up, patient=patient)
            _recount(follow_up, by=by, now=now)


def patient_died(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Close everything that waits for a person who died; nothing is ever sent again."""
    for follow_up in FollowUp.objects.live().filter(patient=patient):
        _close(follow_up, state="closed", reason="deceased", by=by, now=now)
    outbox.withdraw_person(person=patient, reason="deceased", now=now, where=CLOSED)


def open_for(*, patient: Patient, kind: str) -> FollowUp | None:
    """Return the follow-up that a visit of this kind would keep: the one due first, for injections only."""
    if kind != AppointmentKind.INJECTION:
        return None
    found: FollowUp | None = FollowUp.objects.filter(patient=patient, state__in=("pending", "reminded")).first()
    return found


def booked(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Note that the follow-up of this visit is booked: its other steps are withdrawn."""
    follow_up = appointment.follow_up
    if follow_up is None:
        return
    won = FollowUp.objects.filter(pk=follow_up.pk, state__in=("pending", "reminded")).update(
        state="booked", reason="", version=F("version") + 1
    )
    if won:
        outbox.withdraw(about=follow_up, reason="visit_booked", now=now, where=CLOSED)
        record(
            by=by,
            actor="" if by else "patient link",
            verb="follow_up.booked",
            thing=follow_up,
            patient=follow_up.patient,
        )


def unbooked(*, appointment: Appointment, by: User | None, now: datetime, because: str) -> None:
    """Owe the follow-up its letters again: the visit that kept it is gone.

    A missed visit also goes to the call list at once: a person asks what happened.
    """
    follow_up = appointment.follow_up
    if follow_up is None:
        return
    others = Appointment.objects.upcoming(now).filter(follow_up=follow_up).exclude(pk=appointment.pk)
    if others.exists():  # desk and patient booked at the same moment: the other visit keeps it still
        return
    won = FollowUp.objects.filter(pk=follow_up.pk, state="booked").update(
        state="pending",
        where=LETTERS if because == "cancelled" else CALL_LIST,
        reason=f"visit_{because}",
        version=F("version") + 1,
    )
    if not won:
        return
    follow_up.refresh_from_db()
    owe_steps(follow_up, now=now)
    if because == "cancelled":
        _owe_again(follow_up, now=now)
    record(
        by=by,
        actor="" if by else "patient link",
        verb="follow_up.owed_again",
        thing=follow_up,
        patient=follow_up.patient,
    )


def reminded(*, follow_up_id: Any, step: int) -> None:
    """Note that a step was sent."""
    FollowUp.objects.filter(public_id=follow_up_id, state__in=("pending", "reminded")).update(
        state="reminded", next_step=step + 1, version=F("version") + 1
    )


def hand_to_a_person(*, follow_up_id: Any, where: str, reason: str) -> None:
    """Put a follow-up on a list that a person works: no letter could go, or it is not known whether it did."""
    FollowUp.objects.live().filter(public_id=follow_up_id).exclude(state="booked").update(
        where=where or CALL_LIST, reason=reason, version=F("version") + 1
    )


def decline(*, follow_up: FollowUp, reason: str, by: User, now: datetime) -> None:
    """Close a follow-up because the patient does not want to come, or is treated elsewhere."""
    _close(follow_up, state="declined", reason=reason, by=by, now=now)


def sweep(now: datetime) -> int:
    """Move to the call list what was reminded in vain. One UPDATE, by the partial index; returns how many."""
    today = (now + timedelta(hours=14)).date()  # the latest day anywhere; each location's own day is checked below
    moved = 0
    for location in Location.objects.all():
        moved += FollowUp.objects.filter(
            Q(state="pending") | Q(state="reminded"),
            location=location,
            where=LETTERS,
            next_step_on__lte=min(today, day_of(now, location.zone)),
        ).update(where=CALL_LIST, reason="no_answer", next_step_on=None, version=F("version") + 1)
    return moved


def owe_steps(follow_up: FollowUp, *, now: datetime) -> int:
    """Owe the letters of a follow-up that are still to come; owed already, they stay as they are. Returns how many."""
    location = follow_up.location
    today = day_of(now, location.zone)
    closures = set(location.closures.filter(on__gte=today).values_list("on", flat=True))
    reminder_on = follow_up.reminder_on
    found = timing.steps(
        reminder_on=reminder_on,
        book_by_on=follow_up.book_by_on,
        today=today,
        closed_weekdays=location.closed_weekdays,
        closures=closures,
    )
    for step in found:
        due_at = timing.morning(step.on, mail_from=location.mail_from, zone=location.zone)
        outbox.owe(
            LETTER,
            about=follow_up,
            person=follow_up.patient,
            edition=str(follow_up.cycle),
            step=str(step.number),
            due_at=due_at,
            not_after=due_at + USEFUL_FOR,
            revive=True,
        )
    calls_from = timing.call_on(book_by_on=follow_up.book_by_on, today=today)
    _change(follow_up, next_step_on=calls_from)
    return len(found)


def _owe_again(follow_up: FollowUp, *, now: datetime) -> None:
    """Owe one more letter where the first one went already: it led to a visit that is gone.

    It goes on the next open morning, as an edition of its own, unless the visit is booked again by then.
    """
    written = Letter.objects.about(follow_up).of_kind(LETTER)
    if not written.filter(step="1", state__in=("sending", "sent", "uncertain")).exists():
        return
    location = follow_up.location
    tomorrow = day_of(now, location.zone) + timedelta(days=1)
    closures = set(location.closures.filter(on__gte=tomorrow).values_list("on", flat=True))
    day = timing.open_day(tomorrow, closed_weekdays=location.closed_weekdays, closures=closures)
    due_at = timing.morning(day, mail_from=location.mail_from, zone=location.zone)
    outbox.owe(
        LETTER,
        about=follow_up,
        person=follow_up.patient,
        edition=f"{follow_up.cycle}.{written.filter(step='1').count()}",
        step="1",
        due_at=due_at,
        not_after=due_at + USEFUL_FOR,
    )


def _open(session: InjectionSession, window: EffectWindow, *, now: datetime) -> FollowUp:
    plan = session.plan
    decided = window.book_by_on is not None
    has_passed = window.book_by_on is not None and window.book_by_on < day_of(now, session.location.zone)
    follow_up: FollowUp = FollowUp.objects.create(
        plan=plan,
        patient=session.patient,
        location=session.location,
        session=session,
        cycle=_cycle(plan),
        earliest_on=window.earliest_on,
        book_by_on=window.book_by_on or window.earliest_on,
        reminder_on=window.reminder_on,
        wears_off_from_on=window.wears_off_from_on,
        wears_off_until_on=window.wears_off_until_on,
        window_basis=window.basis,
        where=(CALL_LIST if has_passed else LETTERS) if decided else CLINICIAN_LIST,
        reason=("day_has_passed" if has_passed else "") if decided else "no_effect",
        opened_at=now,
    )
    if decided:
        owe_steps(follow_up, now=now)
    return follow_up


def _supersede(*, session: InjectionSession, by: User, now: datetime) -> None:
    for earlier in FollowUp.objects.live().filter(plan=session.plan):
        early = session.injected_on < earlier.earliest_on
        _close(earlier, state="done_early" if early else "done", reason="treated", by=by, now=now)


def _close(follow_up: FollowUp, *, state: str, reason: str, by: User | None, now: datetime) -> None:
    won = (
        FollowUp.objects.live()
        .filter(pk=follow_up.pk)
        .update(state=state, reason=reason, where=CLOSED, closed_at=now, next_step_on=None, version=F("version") + 1)
    )
    if won:
        # What a person typed stays with the follow-up: letters and trail hold keys, never somebody's words.
        why = "declined" if state == "declined" else reason
        outbox.withdraw(about=follow_up, reason=why, now=now, where=CLOSED)
        record(by=by, verb=f"follow_up.{state}", thing=follow_up, patient=follow_up.patient, detail={"reason": why})


def _reopen(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    FollowUp.objects.filter(pk=follow_up.pk).update(
        state="pending", reason="", where=LETTERS, closed_at=None, version=F("version") + 1
    )
    follow_up.refresh_from_db()
    owe_steps(follow_up, now=now)
    record(by=by, verb="follow_up.owed_again", thing=follow_up, patient=follow_up.patient)


def _not_before(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    """Move another plan's earliest day, later or back again, and with it the day to be back and the letters unsent.

    Counted anew from its own session, so that a day that was put off comes back when the session behind it is voided.
    """
    if window_of(follow_up.session).earliest_on != follow_up.earliest_on:
        _recount(follow_up, by=by, now=now)


def _recount(follow_up: FollowUp, *, by: User | None, now: datetime) -> None:
    """Count the days of a follow-up anew from its session, and move the letters not yet sent with them."""
    window = window_of(follow_up.session)
    book_by_on = window.book_by_on or max(window.earliest_on, follow_up.book_by_on)
    reminder_on = window.reminder_on or follow_up.reminder_on
    told = WearOffReport.objects.filter(session=follow_up.session, withdrawal__isnull=True).first()
    if told is not None:  # due now: as early as the interval allows, and the letter goes at once
        book_by_on = min(book_by_on, max(window.earliest_on, told.told_on))
        reminder_on = min(reminder_on or told.told_on, told.told_on)
    moved = (book_by_on, reminder_on) != (follow_up.book_by_on, follow_up.reminder_on)
    facts: dict[str, Any] = {
        "earliest_on": window.earliest_on,
        "book_by_on": book_by_on,
        "reminder_on": reminder_on,
        "wears_off_from_on": window.wears_off_from_on,
        "wears_off_until_on": window.wears_off_until_on,
        "window_basis": window.basis,
    }
    if follow_up.reason in {"", WEARING_OFF}:
        facts["reason"] = WEARING_OFF if told else ""
    if all(getattr(follow_up, name) == value for name, value in facts.items()):
        return
    _change(follow_up, **facts)
    if moved and follow_up.state != "booked" and follow_up.where == LETTERS:
        outbox.withdraw(about=follow_up, reason="day_moved", now=now)
        owe_steps(follow_up, now=now)
    record(
        by=by,
        actor="" if by else "patient link",
        verb="follow_up.day_moved",
        thing=follow_up,
        patient=follow_up.patient,
    )


def _change(follow_up: FollowUp, **facts: Any) -> None:
    FollowUp.objects.filter(pk=follow_up.pk).update(version=F("version") + 1, **facts)
    for name, value in facts.items():
        setattr(follow_up, name, value)


def _cycle(plan: Plan) -> int:
    highest = FollowUp.objects.filter(plan=plan).order_by("-cycle").values_list("cycle", flat=True).first()
    return (highest or 0) + 1
