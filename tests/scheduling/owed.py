"""A follow-up with its letters, without the session's paperwork: for tests that ask only what is owed, and when."""

from datetime import date, datetime, time, timedelta
from typing import Any

from clinic.outbox.models import Letter
from clinic.staff.models import User
from scheduling import following_up
from scheduling.models import FollowUp
from tests.treatments.people import a_patient
from tests.treatments.sessions import BOTOX, ready_catalogue
from treatments.models import (
    ConditionVersion,
    Consultation,
    InjectionSession,
    Plan,
    ProductVersion,
    RulesVersion,
    ScreeningVersion,
)

WEEKS = timedelta(weeks=12)
LEAD = timedelta(days=14)


def a_follow_up(by: User, now: datetime, *, condition: str = "chronic_migraine", **patient: Any) -> FollowUp:
    """A patient treated today, to be back in twelve weeks."""
    ready_catalogue(now)
    who = a_patient(**{"email": f"patient{FollowUp.objects.count()}@patients.example", **patient})
    product = ProductVersion.objects.current().get(key=BOTOX)
    found = ConditionVersion.objects.current().get(key=condition)
    plan = Plan.objects.create(
        patient=who,
        location=who.location,
        clinician=by,
        consultation=Consultation.objects.create(
            patient=who,
            clinician=by,
            location=who.location,
            screening=ScreeningVersion.objects.current().get(),
            held_on=now.date(),
            decision="treat",
        ),
        condition=found,
        product=product,
        interval_value=12,
        interval_unit="weeks",
        state="active",
        started_on=now.date(),
    )
    session = InjectionSession.objects.create(
        patient=who,
        plan=plan,
        clinician=by,
        location=who.location,
        product=product,
        condition=found,
        rules=RulesVersion.objects.current().get(),
        injected_on=now.date(),
        started_at=now,
    )
    back_on = now.date() + WEEKS
    follow_up: FollowUp = FollowUp.objects.create(
        plan=plan,
        patient=who,
        location=who.location,
        session=session,
        cycle=1,
        earliest_on=back_on,
        book_by_on=back_on,
        reminder_on=back_on - LEAD,
        opened_at=now,
    )
    following_up.owe_steps(follow_up, now=now)
    return follow_up


def letters_of(follow_up: FollowUp) -> dict[str, tuple[str, datetime]]:
    """The letters about a follow-up by step: state and moment."""
    rows = Letter.objects.about(follow_up).order_by("step").values_list("step", "state", "due_at")
    return {step: (state, due_at) for step, state, due_at in rows}


def went(follow_up: FollowUp, step: str, at: datetime) -> None:
    """A step's letter went out."""
    Letter.objects.about(follow_up).filter(step=step).update(
        state="sent", attempt=1, handing_over_at=at, sent_at=at, ended_at=at
    )


def at_nine(follow_up: FollowUp, day: date) -> datetime:
    """Nine in the morning of a day, where the follow-up is."""
    return datetime.combine(day, time(9), follow_up.location.zone)
