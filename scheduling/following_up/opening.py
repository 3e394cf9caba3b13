"""Opening what a signed session owes next, and taking it back when the session does not stand."""

from datetime import date, datetime

from clinic.audit.trail import record
from clinic.lib.days import day_bounds, day_of
from clinic.staff.models import User
from scheduling.following_up.closing import may_be_owed_again, owe_anew
from scheduling.following_up.hearing import plan_changed
from scheduling.following_up.keeping import booked
from scheduling.following_up.recounting import not_before, recount
from scheduling.following_up.rows import close, live_ones, with_facts
from scheduling.following_up.settling import settle
from scheduling.following_up.steps import owe_steps
from scheduling.late_entries import is_behind, silent_late_entry
from scheduling.models import Appointment, AppointmentKind, FollowUp
from scheduling.standing import CALL_LIST, CLINICIAN_LIST, LETTERS, OPEN
from treatments.models import InjectionSession, Plan
from treatments.windows import EffectWindow, window_of


def open_next(*, session: InjectionSession, by: User, now: datetime) -> None:
    """Open the next follow-up of a plan whose session was signed, close the one before, move the other plans'.

    Only the same plan's session supersedes; any session moves every plan's earliest day. A late entry that lies before
    another session of its plan opens nothing: what is owed is counted from the later one, anew. Signed after the
    patient died, or on a record restricted since, it is written down with its end: owed again if that is taken back.
    """
    session.patient.refresh_from_db(fields=("deceased_on", "restricted_at"))  # it may have come while they signed
    if session.is_late_entry and is_behind(session):
        for follow_up in live_ones(patient=session.patient):
            recount(follow_up, by=by, now=now)
        return
    _supersede(session=session, by=by, now=now)
    follow_up = _open(session, window_of(session), by=by, now=now)
    record(by=by, verb="follow_up.opened", thing=follow_up, patient=session.patient, detail={"cycle": follow_up.cycle})
    if session.patient.gone_because:
        close(follow_up, state="closed", reason=session.patient.gone_because, by=by, now=now)
        return
    _carry_visits(follow_up, by=by, now=now)
    if session.plan.state != "active":  # a draft may be signed after its plan was paused or ended
        plan_changed(plan=session.plan, by=by, now=now)
    for other in live_ones(patient=session.patient).exclude(pk=follow_up.pk):
        not_before(other, by=by, now=now)


def session_voided(*, session: InjectionSession, by: User, now: datetime) -> None:
    """Close what was counted from a voided session, and owe again what the session before it owed."""
    for follow_up in FollowUp.objects.live().filter(session=session):
        close(follow_up, state="closed", reason="session_voided", by=by, now=now)
    others = FollowUp.objects.filter(plan=session.plan, session__void__isnull=True).exclude(session=session)
    before = with_facts(others).order_by("-cycle").first()
    silent = silent_late_entry(session)
    session.patient.refresh_from_db(fields=("deceased_on", "restricted_at"))
    if session.patient.gone_because:
        return
    if silent is not None and session.plan.state == "active":
        _carry_visits(_open(silent, window_of(silent), by=by, now=now), by=by, now=now)
    elif before is not None and before.state in {"done", "done_early"} and may_be_owed_again(before):
        owe_anew(before, by=by, now=now)
        _carry_visits(before, by=by, now=now)
    for other in live_ones(patient=session.patient):
        not_before(other, by=by, now=now)


def _open(session: InjectionSession, window: EffectWindow, *, by: User, now: datetime) -> FollowUp:
    """Open it where it belongs: who has a serious event that is not over is the clinician's, treated again or not."""
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
    if decided and not session.patient.gone_because:
        owe_steps(follow_up, now=now)
        settle(follow_up, by=by, now=now)
    return follow_up


def _supersede(*, session: InjectionSession, by: User, now: datetime) -> None:
    for earlier in FollowUp.objects.live().filter(plan=session.plan):
        early = session.injected_on < earlier.earliest_on
        close(earlier, state="done_early" if early else "done", reason="treated", by=by, now=now)


def _carry_visits(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    """Let a visit to come that kept the plan's follow-up before keep this one: too early, it goes to who calls.

    One booked while nothing was owed yet, two visits at one call, keeps it as well: the first of them.
    """
    same_day = day_bounds(follow_up.session.injected_on or date.min, follow_up.location.zone)
    theirs = Appointment.objects.upcoming(now).filter(follow_up__plan=follow_up.plan).exclude(follow_up=follow_up)
    for visit in theirs.exclude(starts_at__range=same_day):
        _let_keep(visit, follow_up, by=by, now=now)
    unkept = Appointment.objects.upcoming(now).filter(
        patient=follow_up.patient, follow_up__isnull=True, type__kind=AppointmentKind.INJECTION
    )
    first = unkept.exclude(starts_at__range=same_day).order_by("starts_at", "id").first()
    if first is not None and follow_up.state in OPEN:
        _let_keep(first, follow_up, by=by, now=now)


def _let_keep(visit: Appointment, follow_up: FollowUp, *, by: User, now: datetime) -> None:
    Appointment.objects.filter(pk=visit.pk).update(follow_up=follow_up)
    visit.follow_up = follow_up
    booked(appointment=visit, by=by, now=now)
    follow_up.refresh_from_db()


def _cycle(plan: Plan) -> int:
    highest = FollowUp.objects.filter(plan=plan).order_by("-cycle").values_list("cycle", flat=True).first()
    return (highest or 0) + 1
