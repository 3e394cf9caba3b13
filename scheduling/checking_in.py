"""Ask patients how they are after a session: which letters are owed, which are taken back, what a link asks.

One letter serves both reasons to ask: symptoms (adverse_events.json) and scores (rules.json). Its key is the session
and the days since, so each goes once; a later session of the same plan takes the rest back.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from clinic.lib.days import day_bounds, day_of
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.outbox.refs import Owed, Ref
from clinic.outbox.registry import Promise
from clinic.staff.models import User
from patients.links import revoke_links
from patients.models import AccessLink, Patient
from scheduling import policies, timing
from scheduling.late_entries import is_behind
from treatments.effect import check_ins
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import InjectionSession, SymptomReport

LETTER = "check_in"
SAME_DAYS = timedelta(days=3)
USEFUL_FOR = timedelta(days=6)
"""A question about the last days that could not be sent for so long is not asked any more."""
IN_A_ROW = 2
"""So many sent in a row without an answer: nothing more is asked (rules.json check_in, until)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link asks of its patient: how they are since this session, and whether scores are asked too."""

    session: InjectionSession
    asks_scores: bool


def owe_check_ins(*, session: InjectionSession, by: User, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Owe the check-ins of a session that was signed; the plan's session before it is asked about no more.

    Asked until the latest end the estimate may take: what comes after it could not change the window. A late entry that
    lies before another session of its plan asks nothing: the later one is what the patient is asked about.
    """
    if is_behind(session):
        return
    others = InjectionSession.objects.filter(plan=session.plan, signed_at__isnull=False).exclude(pk=session.pk)
    asked = Letter.objects.of_kind(LETTER).filter(about_public_id__in=list(others.values_list("public_id", flat=True)))
    outbox.withdraw_letters(asked, reason="treated", now=now, where="closed")
    _owe(session, now=now)


def session_voided(*, session: InjectionSession, by: User, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Ask no more about a session that does not stand; about the plan's session before it, ask again from here on."""
    text = _("The session was voided.")
    outbox.withdraw(about=session, reason="session_voided", text=text, now=now, where="closed", letters={LETTER})
    for letter in Letter.objects.about(session).of_kind(LETTER).filter(state="sent"):
        revoke_links(about=letter, because="session_voided", now=now)
    before = (
        InjectionSession.objects.filter(plan=session.plan, signed_at__isnull=False, void__isnull=True)
        .exclude(pk=session.pk)
        .select_related("plan", "location", "condition", "patient")
        .order_by("-injected_on", "-id")
        .first()
    )
    if before is not None:
        _owe(before, now=now)


def patient_lives(*, patient: Patient, by: User | None, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Hear that a death was written down by mistake: ask again from here on about the latest session of each plan."""
    standing = InjectionSession.objects.filter(patient=patient, signed_at__isnull=False, void__isnull=True)
    latest = standing.order_by("plan_id", "-injected_on", "-id").distinct("plan_id")
    for session in latest.select_related("plan", "location", "condition", "patient"):
        _owe(session, now=now)


def _owe(session: InjectionSession, *, now: datetime) -> None:
    if session.patient.gone_because or not policies.around_session(session).asks_check_ins:
        return
    location, injected_on = session.location, session.injected_on
    assert injected_on is not None  # a signed session has its day, by constraint
    today = day_of(now, location.zone)
    closures = set(location.closures.filter(on__gte=today).values_list("on", flat=True))
    found = timing.check_ins(
        injected_on=injected_on,
        days=days_asked(session.condition.key, injected_on, current_formulary()),
        today=today,
        closed_weekdays=location.closed_weekdays,
        closures=closures,
    )
    letters = [
        Owed(
            letter=LETTER,
            about=session,
            person=session.patient,
            step=str(step.number),
            due_at=(due_at := timing.morning(step.on, mail_from=location.mail_from, zone=location.zone)),
            not_after=due_at + USEFUL_FOR,
        )
        for step in found
    ]
    outbox.owe_many(letters, revive=True)


def days_asked(condition: str, on: date, formulary: Formulary) -> set[date]:
    """Return the days on which something is asked after a session, symptoms or scores.

    Source: docs/sources.md#adverse-events, docs/sources.md#effect-window
    """
    weeks = formulary.condition(condition).effect.default_end_weeks
    last = on + timedelta(days=int(weeks * formulary.rules.effect.clamp_high_of_default * DAYS_IN_WEEK))
    scores = check_ins(on, until=last, rules=formulary.rules.check_in)
    return {*scores, *(on + timedelta(days=day) for day in formulary.ask_days)}


def asked_by(link: AccessLink, *, today: date) -> Asked | None:
    """Return what a link asks about: the session its letter was owed for; None where that does not stand any more.

    In the first week only symptoms are asked (rules.json check_in, week_1).
    """
    letter = Letter.objects.filter(public_id=link.about_public_id).values("about_public_id").first()
    session = (
        InjectionSession.objects.filter(
            public_id=letter["about_public_id"], patient=link.patient, signed_at__isnull=False, void__isnull=True
        )
        .select_related("plan__condition", "plan__patient__location", "clinician", "patient__location")
        .first()
        if letter
        else None
    )
    if session is None:
        return None
    return Asked(session, asks_scores=(today - session.injected_on).days >= first_score_after())


def first_score_after() -> int:
    """Return how many days after a session scores are asked first."""
    return int(current_formulary().rules.check_in.weeks[1] * DAYS_IN_WEEK)


def is_unanswered(about: Ref) -> bool:
    """Whether the last check-ins about a session were sent and none was answered."""
    sent = list(
        Letter.objects.about(about)
        .of_kind(LETTER)
        .filter(state="sent")
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)[:IN_A_ROW]
    )
    if len(sent) < IN_A_ROW:
        return False
    return not SymptomReport.objects.filter(session__public_id=about.public_id, told_at__gte=sent[-1]).exists()


def is_asked_by_another(promise: Promise, *, session: InjectionSession) -> bool:
    """Whether a check-in about another session of the same patient goes in the same days: one letter serves both.

    Three local days apart are the same days; four are not.
    Not one from before this session was given: nobody was asked how they took it.
    """
    letters = Letter.objects.of_kind(LETTER)
    among = InjectionSession.objects.filter(patient=session.patient_id).values_list("public_id", flat=True)
    zone = session.location.zone
    same_days = day_bounds(day_of(promise.due_at, zone) - SAME_DAYS, zone)[0]
    since = max(same_days, session.injected_at or same_days)
    return bool(letters.said_first(promise, among=among, since=since).exists())
