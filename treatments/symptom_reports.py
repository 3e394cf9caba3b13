"""Keep what a patient tells of symptoms, judged by the catalogue, and keep who saw to it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Case, When

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.models import Patient
from treatments.calling import call_next
from treatments.errors import AlreadyAnswered, ReasonMissing, ToldTooOften
from treatments.findings import Level
from treatments.formulary import Formulary
from treatments.models import InjectionSession, ReportAnswer, SymptomReport, ToldHow, Urgency
from treatments.querysets import ReportQuerySet
from treatments.redflags import judge_symptoms

ALARMS_READ = 20
MOST_BY_LINK = 24
A_DAY = timedelta(days=1)
"""A link that tells more often than once an hour is not a patient's hand: the clinic was called long before."""


def urgency_of(symptoms: Iterable[str], formulary: Formulary) -> Urgency:
    """Return how soon somebody must look: what the gravest of the symptoms asks (R28). Raises `UnknownSymptom`."""
    levels = {found.level for found in judge_symptoms(symptoms, formulary)}
    if Level.URGENT in levels:
        return Urgency.URGENT
    return Urgency.SAME_DAY if levels else Urgency.NONE


def report_symptoms(
    *,
    patient: Patient,
    symptoms: Iterable[str],
    words: str,
    press: UUID,
    formulary: Formulary,
    by: User | None,
    now: datetime,
    session: InjectionSession | None = None,
) -> SymptomReport:
    """Keep what a patient told; a symptom that must be looked at calls the clinician, whatever the hour.

    `by` is who took it down on the phone, None where the patient sent it by link. The same page sent twice keeps and
    calls once.

    Raises:
        UnknownSymptom: the catalogue has no such symptom.
        ToldTooOften: by link, more in a day than a patient would.
    """
    ticked, page = list(dict.fromkeys(symptoms)), uuid5(press, str(patient.public_id))  # nobody else's page
    level = urgency_of(ticked, formulary)
    if by is None and _told_too_often(patient, level, page, now):
        raise ToldTooOften
    with transaction.atomic():
        kept: SymptomReport
        kept, is_new = SymptomReport.objects.get_or_create(
            press=page,
            defaults={
                "patient": patient,
                "session": session or last_session(patient),
                "how": ToldHow.PHONE if by else ToldHow.LINK,
                "symptoms": ticked,
                "words": words.strip(),
                "level": level,
                "by": by,
                "told_at": now,
            },
        )
        if is_new:
            actor = "" if by else "patient link"
            record(by=by, actor=actor, verb="symptoms.reported", thing=kept, patient=patient)
            if kept.level:
                call_next(report=kept, now=now)
    return kept


def answer_report(*, report: SymptomReport, done: str, by: User, now: datetime) -> ReportAnswer:
    """Keep who saw to a report and what was done; whoever was still to be told of it no longer is.

    Raises:
        ReasonMissing: no word of what was done.
        AlreadyAnswered: somebody else has; `theirs` is the answer.
    """
    if not done.strip():
        raise ReasonMissing
    try:
        with transaction.atomic():
            answer: ReportAnswer = ReportAnswer.objects.create(report=report, done=done.strip(), by=by, at=now)
            outbox.withdraw(about=report, reason="answered", now=now, where="closed")
            record(by=by, verb="report.answered", thing=report, patient=report.patient)
            return answer
    except IntegrityError as error:
        theirs = ReportAnswer.objects.filter(report=report).select_related("by").first()
        if theirs is None or "report" not in (violated(error) or ""):
            raise
        raise AlreadyAnswered(theirs) from error


def alarms_for(user: User) -> list[SymptomReport]:
    """Return the urgent reports near this person that nobody has answered: a red banner until somebody has.

    Of a patient who told several times the first: answered, it gives place to the next. However often one tells, it
    takes one place.
    """
    waiting = SymptomReport.objects.waiting_near(user).filter(level=Urgency.URGENT)
    firsts = waiting.order_by("patient_id", "told_at", "pk").distinct("patient_id").values("pk")
    return list(waiting.filter(pk__in=firsts).select_related("patient").order_by("told_at")[:ALARMS_READ])


def to_read(user: User) -> ReportQuerySet:
    """Return the other reports that wait for a clinician, those of the same day first."""
    waiting = SymptomReport.objects.waiting_near(user).exclude(level=Urgency.URGENT).select_related("patient")
    return waiting.order_by(Case(When(level=Urgency.SAME_DAY, then=0), default=1), "told_at")


def _told_too_often(patient: Patient, level: Urgency, page: UUID, now: datetime) -> bool:
    """Whether a day's worth of this urgency was told by link already; a page that was kept before is no more telling.

    What hurries less takes no place of what hurries more.
    """
    told = SymptomReport.objects.filter(patient=patient, how=ToldHow.LINK, level=level, told_at__gt=now - A_DAY)
    return told.exclude(press=page).count() >= MOST_BY_LINK


def last_session(patient: Patient) -> InjectionSession | None:
    """Return the patient's latest signed session that stands: what a symptom is told after."""
    found: InjectionSession | None = (
        InjectionSession.objects.filter(patient=patient, signed_at__isnull=False, void__isnull=True)
        .order_by("-injected_on", "-id")
        .first()
    )
    return found
