"""Visits of the year: booked by the desk, moved, cancelled, missed, kept; and what is done in them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from clinic.staff.models import User
from scheduling import booking
from scheduling.booking import Leave
from scheduling.errors import AlreadyBooked, PatientBusy, SlotTaken, TooSoon
from scheduling.models import Appointment
from tests.year.courses import start_plan
from tests.year.diary import free_slot
from tests.year.lives import Life, Treated, Visit
from tests.year.treating import treat

EARLY = "The effect ended; the clinician wants to see the patient at once."


def book(life: Life, now: datetime, *, day: date, treated: Treated | None, is_early: bool = False) -> Visit | None:
    """The desk books a visit on or after a day; for treatment where a plan is named. None where there was no need."""
    is_gone = treated is not None and not any(one is treated for one in life.plans)
    if is_gone or life.is_dead or (treated and any(one.treated is treated for one in life.visits.values())):
        return None
    kind = life.world.injection if treated else life.world.consultation
    doctor = treated.plan.clinician if treated else life.doctor
    leave, by = (Leave(early_reason=EARLY), doctor) if is_early else (Leave(), life.place.desk)
    for _ in range(3):
        slot = free_slot(life.place, kind, _here(life, doctor), day, life.rng, now=now)
        try:
            row = booking.book(patient=life.patient, slot=slot, by=by, now=now, leave=leave)
        except TooSoon as refusal:
            life.place.taken.discard((slot.clinician.pk, slot.starts_at))
            day = max(refusal.earliest, day + timedelta(days=1))
        except AlreadyBooked:  # the next visit of another plan stands: this one is beside it, on purpose
            life.place.taken.discard((slot.clinician.pk, slot.starts_at))
            leave = replace(leave, is_extra=True)
        except (SlotTaken, PatientBusy):  # taken by a link, whose times lie between ours; or by a visit of another plan
            day += timedelta(days=1)
        else:
            return booked(life, now, row, treated, by="desk")
    return None


def booked(life: Life, now: datetime, row: Appointment, treated: Treated | None, *, by: str) -> Visit:
    """Note a visit that was booked, and decide what becomes of it."""
    life.visits_booked += 1
    visit = Visit(life.visits_booked, row, treated)
    life.visits[visit.number] = visit
    life.note(
        now, "visit_booked", visit=visit.number, starts=row.starts_at.isoformat(), by=by,
        plan=treated.number if treated else None, id=str(row.public_id),
    )  # fmt: skip
    expect(life, now, visit)
    return visit


def _here(life: Life, doctor: User) -> User:
    return next(one for one in life.place.doctors if one.pk == doctor.pk)


def expect(life: Life, now: datetime, visit: Visit) -> None:
    """Decide what becomes of a visit before its time comes."""
    starts, roll = visit.row.starts_at, life.rng.random()
    ahead = (starts - now) * life.rng.uniform(0.1, 0.9)
    when = life.at_desk(life.today(now + ahead))
    if now < when < starts - timedelta(hours=2):
        if roll < 0.08:
            return life.later(when, partial(move, life, visit))
        if roll < 0.16:
            return life.later(when, partial(cancel, life, visit))
        if roll < 0.3:
            life.later(when, partial(confirm, life, visit))
    life.later(starts - timedelta(minutes=10), partial(_comes, life, visit, is_missed=roll > 0.94))
    return None


def _comes(life: Life, visit: Visit, now: datetime, *, is_missed: bool) -> None:
    if life.is_dead:
        cancel(life, visit, now)
    elif is_missed:
        life.later(visit.row.starts_at + timedelta(hours=1), partial(miss, life, visit))
    else:
        keep(life, visit, now)


def confirm(life: Life, visit: Visit, now: datetime) -> None:
    """The patient says they will come."""
    if visit.number in life.visits and not Appointment.objects.filter(pk=visit.row.pk, state="confirmed").exists():
        visit.row = booking.confirm(appointment=visit.row, by=life.place.desk, now=now)
        life.note(now, "visit_confirmed", visit=visit.number)


def move(life: Life, visit: Visit, now: datetime) -> None:
    """The visit is put off by some days."""
    if visit.number not in life.visits or life.is_dead:
        return
    visit.row.refresh_from_db()
    day = life.today(visit.row.starts_at) + timedelta(days=life.rng.randrange(1, 9))
    slot = free_slot(life.place, visit.row.type, _here(life, visit.row.clinician), day, life.rng, now=now)
    life.place.taken.discard((visit.row.clinician_id, visit.row.starts_at))
    try:
        visit.row = booking.move(
            appointment=visit.row, slot=slot, seen_version=visit.row.version, by=life.place.desk, now=now
        )
    except (TooSoon, SlotTaken, PatientBusy):  # another plan was treated meanwhile, or a link took the time
        life.place.taken.discard((slot.clinician.pk, slot.starts_at))
        cancel(life, visit, now)
        return
    life.note(now, "visit_moved", visit=visit.number, starts=visit.row.starts_at.isoformat())
    expect(life, now, visit)


def cancel(life: Life, visit: Visit, now: datetime) -> None:
    """The visit will not be."""
    if visit.number not in life.visits:
        return
    del life.visits[visit.number]
    life.place.taken.discard((visit.row.clinician_id, visit.row.starts_at))
    booking.cancel(appointment=visit.row, reason="The patient cannot come", by=life.place.desk, now=now)
    life.note(now, "visit_cancelled", visit=visit.number)
    if visit.treated is None and not life.is_dead and not life.plans:
        life.in_days(now, 3, 12, lambda then: _again(life, then))


def miss(life: Life, visit: Visit, now: datetime) -> None:
    """Nobody came; the desk calls some days later."""
    if visit.number not in life.visits:
        return
    del life.visits[visit.number]
    booking.mark_no_show(appointment=visit.row, by=life.place.desk, now=now)
    life.note(now, "visit_missed", visit=visit.number)
    if not life.is_dead and life.happens(0.7):
        life.in_days(now, 1, 6, lambda then: _again(life, then, visit.treated))


def _again(life: Life, now: datetime, treated: Treated | None = None) -> None:
    if treated is None or treated.plan.state == "active":
        book(life, now, day=life.today(now) + timedelta(days=life.rng.randrange(2, 9)), treated=treated)


def keep(life: Life, visit: Visit, now: datetime) -> None:
    """The patient came: is treated, or seen and told the plan."""
    if visit.number not in life.visits:
        return
    desk = life.place.desk
    visit.row = booking.check_in(appointment=visit.row, by=desk, now=now)
    life.note(now, "visit_kept", visit=visit.number)
    del life.visits[visit.number]
    if visit.treated is None:
        treated = start_plan(life, now)
        first = life.today(now) + timedelta(days=life.rng.randrange(2, 15))
        book(life, now, day=first, treated=treated)
    else:
        visit.treated.plan.refresh_from_db()
        if visit.treated.plan.state == "active":
            give(life, visit.treated, now)
    booking.complete(appointment=visit.row, by=desk, now=now)


def give(life: Life, treated: Treated, now: datetime, *, given_at: datetime | None = None) -> None:
    """Treat; some book their next visit before they leave."""
    session = treat(life.world, life.place, treated.plan, now=now, given_at=given_at)
    treated.sessions.append(session)
    treated.wears_off = life.rng.gauss(11, 1.6)
    treated.responds = life.rng.random() > 0.06
    life.note(
        now, "signed", plan=treated.number, session=len(treated.sessions), on=session.injected_on,
        late=given_at is not None, id=str(session.public_id),
    )  # fmt: skip
    for other in [one for one in life.visits.values() if one.treated is treated and one.row.starts_at > now]:
        cancel(life, other, now)
    if life.happens(0.25):
        ahead = 7 * life.rng.choice((12, 12, 13, 14, 16))
        day = session.injected_on + timedelta(days=ahead)
        life.later(now + timedelta(minutes=12), lambda then: book(life, then, day=day, treated=treated))
    elif life.happens(0.08):  # it will not last: seen early, on purpose
        day = session.injected_on + timedelta(days=life.rng.randrange(60, 80))
        life.in_days(now, 40, 55, lambda then: book(life, then, day=day, treated=treated, is_early=True))
