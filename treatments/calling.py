"""Call somebody to what a patient told: the clinician who treated, then each other one, then the managers.

Each call is a row that stands once, and a letter in the same transaction; a sweep each minute finds whom nobody
answered. The sweep decides nothing by itself: `treatments.escalation` says who is next.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.outbox import deeds as outbox
from clinic.staff.models import Role, User
from treatments.escalation import NEXT_AFTER, next_to_call
from treatments.models import ReportCall, SymptomReport, ToldHow, Urgency

LETTER = "patient_needs_you"
ONCE = {"report_call_once_a_step", "report_call_once_a_person"}


def order_of(report: SymptomReport) -> list[User]:
    """Return who may be called to a report, in turn: who treated the patient, other clinicians there, managers there.

    Only people who may sign in: nobody else could open what they are called to.
    """
    there = User.objects.filter(is_active=True, locations=report.patient.location_id)
    people = list(there.filter(role__in=(Role.CLINICIAN, Role.MANAGER)).order_by("role", "full_name", "pk"))
    treated_by = report.session.clinician_id if report.session else None
    return sorted(people, key=lambda person: (person.pk != treated_by, not person.is_clinician))


def call_next(*, report: SymptomReport, now: datetime, at_once: bool = False) -> ReportCall | None:
    """Call the next person to a report nobody has answered, and owe the letter that says so; None where none is due.

    Two sweeps at one moment call one person: the step is unique, and who is second calls nobody.
    """
    try:
        with transaction.atomic():
            calls = list(ReportCall.objects.filter(report=report))
            people = {person.pk: person for person in order_of(report)}
            found = next_to_call(
                list(people),
                called={call.person_id for call in calls},
                last_at=max((call.at for call in calls), default=None),
                now=now,
                at_once=at_once,
            )
            if found is None or SymptomReport.objects.filter(pk=report.pk, answer__isnull=False).exists():
                return None
            if not at_once and _somebody_was_just_called(report, now):
                return None
            call: ReportCall = ReportCall.objects.create(
                report=report, step=len(calls) + 1, person=people[found], at=now
            )
            outbox.owe(LETTER, about=report, person=call.person, step=str(call.step), due_at=now, priority=0)
            record(
                by=None,
                actor="system",
                verb="report.called",
                thing=report,
                patient=report.patient,
                detail={"step": call.step, "person": str(call.person.public_id)},
            )
            return call
    except IntegrityError as error:
        if violated(error) in ONCE:
            return None
        raise


def _somebody_was_just_called(report: SymptomReport, now: datetime) -> bool:
    """Whether the link tells again of what somebody was called to these minutes and may be answering.

    Who comes sees all that was told: a page sent over and over wakes nobody more. What the desk writes always calls.
    """
    if report.how != ToldHow.LINK:
        return False
    told_before = SymptomReport.objects.filter(
        patient=report.patient_id, answer__isnull=True, level__in=(Urgency.URGENT, report.level)
    ).exclude(pk=report.pk)
    return ReportCall.objects.filter(report__in=told_before, at__gt=now - NEXT_AFTER).exists()


def sweep(now: datetime) -> int:
    """Call the next person to each urgent report that nobody has answered in time; return how many were called."""
    waiting = (
        SymptomReport.objects.filter(level=Urgency.URGENT, answer__isnull=True)
        .annotate(last_at=Max("calls__at"))
        .filter(Q(last_at__isnull=True) | Q(last_at__lte=now - NEXT_AFTER))
        .select_related("patient", "session")
        .order_by("told_at")
    )
    return sum(call_next(report=report, now=now) is not None for report in waiting)
