"""What befalls a patient in a year beside the treatment: addresses, wishes, events, death, and people's mistakes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from patients import preferences
from patients.models import SuspendedBecause
from patients.registration import PersonFacts, amend
from patients.suspending import suspend
from scheduling import following_up
from scheduling.models import FollowUp
from tests.year.courses import start_plan
from tests.year.lives import Life
from tests.year.visits import book, give
from treatments.adverse_events import EventFacts, record_event, revise_event
from treatments.models.session import VoidReason
from treatments.signing import void_session

GRAVE = EventFacts(
    term_key="", term="Admitted with pneumonia", onset_on=date.min, is_serious=True, severity="severe",
    relatedness="unlikely", action_taken="Seen in hospital", outcome="ongoing", resolved_on=None, note="",
)  # fmt: skip


def arrange(life: Life, now: datetime) -> None:
    """Throw the dice for the year."""
    fates: tuple[tuple[float, Callable[[Life, datetime], None]], ...] = (
        (0.02, die), (0.03, lose_address), (0.03, bounce), (0.02, speak), (0.04, fall_ill), (0.05, void),
        (0.08, second), (0.02, opt_out),
    )  # fmt: skip
    for share, do in fates:
        if life.happens(share):
            life.in_days(now, 25, 300, partial(do, life))
    if not life.reread().email and life.happens(0.5):
        life.in_days(now, 30, 200, partial(new_address, life))


def _amend(life: Life, now: datetime, **facts: Any) -> None:
    patient = life.reread()
    seen = replace(PersonFacts.of(patient), **facts)
    amend(patient=patient, seen_version=patient.version, facts=seen, by=life.place.desk, now=now)


def die(life: Life, now: datetime) -> None:
    """The clinic hears that the patient died; for some that was a mistake, taken back days later."""
    if life.is_dead:
        return
    _amend(life, now, deceased_on=life.today(now))
    life.is_dead = True
    life.note(now, "died")
    if life.happens(0.3):
        life.in_days(now, 1, 5, partial(live_on, life))


def live_on(life: Life, now: datetime) -> None:
    """It was somebody else who died."""
    _amend(life, now, deceased_on=None)
    life.is_dead = False
    life.note(now, "lives_on")


def lose_address(life: Life, now: datetime) -> None:
    """The patient has no e-mail any more; some have a new one later."""
    if life.reread().email and not life.is_dead:
        _amend(life, now, email="")
        life.note(now, "address", email="")
        if life.happens(0.6):
            life.in_days(now, 5, 90, partial(new_address, life))


def new_address(life: Life, now: datetime) -> None:
    """The desk types an address."""
    if not life.is_dead:
        address = f"p{life.number}.{now:%j}@patients.example"
        _amend(life, now, email=address)
        life.note(now, "address", email=address)


def bounce(life: Life, now: datetime) -> None:
    """Letters came back: the address is suspended until somebody types another."""
    if life.reread().email and not life.is_dead:
        suspend(patient=life.patient, because=SuspendedBecause.RETURNED, now=now)
        life.note(now, "suspended")
        if life.happens(0.6):
            life.in_days(now, 5, 60, partial(new_address, life))


def speak(life: Life, now: datetime) -> None:
    """The patient would rather read another language."""
    language = life.rng.choice(("en", "hi", "gu"))
    if not life.is_dead:
        _amend(life, now, language=language)
        life.note(now, "language", language=language)


def opt_out(life: Life, now: datetime) -> None:
    """At the desk: no more reminders by e-mail; half want them again later."""
    if not life.is_dead and preferences.stop_reminders(patient=life.patient, by=life.place.desk, now=now):
        life.note(now, "opted_out", by="desk")
        opted_out(life, now)


def opted_out(life: Life, now: datetime) -> None:
    """Half of who opted out come back to it."""
    if life.happens(0.5):
        life.in_days(now, 10, 80, partial(opt_in, life))


def opt_in(life: Life, now: datetime) -> None:
    """The patient asks for reminders again."""
    if not life.is_dead and not preferences.resume_reminders(patient=life.patient, by=life.place.desk, now=now):
        life.note(now, "opted_in")


def fall_ill(life: Life, now: datetime) -> None:
    """A serious event; most resolve."""
    if life.is_dead or not any(treated.sessions for treated in life.plans):
        return
    facts = replace(GRAVE, onset_on=life.today(now))
    event = record_event(patient=life.patient, session=None, report=None, facts=facts, by=life.doctor, now=now)
    life.note(now, "serious")

    def recover(then: datetime) -> None:
        well = replace(facts, outcome="resolved", resolved_on=life.today(then))
        revise_event(event=event, seen=1, facts=well, by=life.doctor, now=then)
        life.note(then, "resolved")

    if life.happens(0.85):
        life.in_days(now, 6, 50, recover)


def second(life: Life, now: datetime) -> None:
    """Another condition: a second plan beside the first, treated a fortnight on or when that is permitted."""
    if not life.is_dead and len(life.plans) == 1:
        treated = start_plan(life, now)
        book(life, now, day=life.today(now) + timedelta(days=10), treated=treated)


def void(life: Life, now: datetime) -> None:
    """The last session was entered wrongly; most are written again, as given on its day."""
    treated = next((one for one in life.plans if one.sessions), None)
    if treated is None or life.is_dead:
        return
    treated.plan.refresh_from_db()
    if treated.plan.state != "active":
        return
    session = treated.sessions[-1]
    void_session(session=session, kind=VoidReason.ENTERED_WRONGLY, reason="Wrong lot typed", by=life.doctor, now=now)
    life.note(now, "voided", plan=treated.number, session=len(treated.sessions))

    def write_again(then: datetime) -> None:
        treated.plan.refresh_from_db()
        if treated.plan.state == "active" and not life.is_dead and treated.sessions[-1] is session:
            give(life, treated, then, given_at=session.injected_at)

    if life.happens(0.7):
        life.in_days(now, 0, 2, write_again)


def call(life: Life, now: datetime) -> None:
    """The desk works its list: whoever waits there is booked, or does not want to come, or does not answer."""
    for treated in life.plans:
        row = FollowUp.objects.filter(plan=treated.plan, where="call_list", state__in=("pending", "reminded")).first()
        if row is None or life.is_dead:
            continue
        roll = life.rng.random()
        if roll < 0.5:
            book(life, now, day=max(life.today(now) + timedelta(days=1), row.earliest_on), treated=treated)
        elif roll < 0.6:
            with transaction.atomic():
                following_up.decline(follow_up=row, reason="Does not want to come", by=life.place.desk, now=now)
            life.note(now, "declined", plan=treated.number)
