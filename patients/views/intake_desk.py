"""The intake on the clinic's side: what came in and who is silent, the form typed in at the desk, the answers read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role
from patients import intake as deeds
from patients.errors import IntakeClosed, NobodyToAnswer
from patients.inbox import inbox
from patients.models import Consent, Document, Intake, Patient
from patients.models.intake import IntakeState
from patients.querysets import PatientQuerySet
from patients.querysets_intake import IntakeQuerySet
from patients.questionnaire import NothingPublished
from patients.taking_over_health import open_lines
from patients.told_health import denied, on_record, to_ask_again
from patients.views.intake_health import health_of
from patients.views.intake_pages import Place, progress, send_page, step_page
from patients.wording import birth_and_age
from patients.wording_intake import NO_QUESTIONS, NOTHING_ASKED, answered_steps

LINES_SHOWN = 30
"""So much of the chart stands beside one answer."""


@require_safe
def intake_inbox(request: HttpRequest) -> HttpResponse:
    """List the forms that wait for somebody. No answer stands here."""
    user = signed_in(request)
    return render(
        request,
        "patients/intake_inbox.html",
        {
            "nav": "intake",
            "inbox": inbox(Intake.objects.visible_to(user), now=clock.now()),
            "may_read": user.is_clinician or user.is_manager,
        },
    )


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def intake_review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a patient answered, flags marked; that it was opened is written down."""
    user, now = signed_in(request), clock.now()
    intake = get_object_or_404(_intakes(request), public_id=public_id, submitted_at__isnull=False)
    deeds.note_opened(intake=intake, by=user, now=now)
    steps = answered_steps(intake)
    rows = [row for step in steps for row in step["rows"]]
    known = on_record(intake.patient)
    for row in rows:
        row["on_record"] = known.get(row["id"], [])[:LINES_SHOWN]
    differing = [{"kind": kind.label, "lines": lines[:LINES_SHOWN]} for kind, lines in denied(intake.answers, known)]
    return render(
        request,
        "patients/intake_review.html",
        {
            "nav": "intake",
            "intake": intake,
            "patient": intake.patient,
            "age": birth_and_age(intake.patient.birth, day_of(now, intake.patient.location.zone)),
            "steps": steps,
            "flagged": [row for row in rows if row["is_flagged"]],
            "unsure": [row for row in rows if row["is_unsure"]],
            "unanswered": [row for row in rows if row["is_missing"]],
            "again": to_ask_again(intake.answers),
            "denied": differing,
            "question": intake.answers.get("question_for_doctor", ""),
            "consents": Consent.objects.filter(patient=intake.patient, at=intake.submitted_at).select_related(
                "wording"
            ),
            "letter_pages": sum(
                Document.objects.standing()
                .filter(about_public_id=intake.public_id, patient=intake.patient)
                .values_list("page_count", flat=True)
            ),
            **health_of(intake, user=user),
            "may_review": user.is_clinician
            and intake.state == IntakeState.SUBMITTED
            and intake.patient.restricted_at is None,
        },
    )


@require_POST
@role_required(Role.CLINICIAN)
def intake_mark_reviewed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that the clinician read it; first comes what is told and is neither written into the chart nor left."""
    intake = get_object_or_404(_intakes(request), public_id=public_id)
    open_count = len(open_lines(intake)) if intake.state == IntakeState.SUBMITTED else 0
    if open_count:
        asked = ngettext(
            "%(count)d line told is not on the chart: write it in or leave it, then mark the form.",
            "%(count)d lines told are not on the chart: write each in or leave it, then mark the form.",
            open_count,
        )
        messages.warning(request, asked % {"count": open_count})
        return redirect(reverse("patients:intake_review", args=[public_id]) + "#chart-h")
    try:
        deeds.review(intake=intake, by=signed_in(request), now=clock.now())
    except IntakeClosed:
        messages.info(request, _("This intake was reviewed already."))
    else:
        messages.success(request, _("Marked as reviewed."))
    return redirect("patients:detail", intake.patient.public_id)


@require_POST
def intake_invite(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Invite a patient, or send the link once more."""
    patient = get_object_or_404(_patients(request), public_id=public_id)
    user, now = signed_in(request), clock.now()
    try:
        open_intake = Intake.objects.open().filter(patient=patient).first()
        if open_intake is None:
            deeds.invite(patient=patient, by=user, now=now)
        else:
            deeds.invite_again(intake=open_intake, by=user, now=now)
    except IntakeClosed:
        messages.info(request, _("The form was sent meanwhile."))
    except NothingPublished:
        messages.error(request, NO_QUESTIONS)
    except NobodyToAnswer:
        messages.error(request, NOTHING_ASKED)
        return redirect("patients:detail", patient.public_id)
    else:
        messages.success(request, _("The link to the form is on its way to %(name)s.") % {"name": patient.name})
    if request.POST.get("from") == "inbox":
        return redirect("patients:intake_inbox")
    return redirect("patients:detail", patient.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@to_write
def intake_enter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begin the form for a patient, or go on with it."""
    patient = get_object_or_404(_patients(request), public_id=public_id)
    user, now = signed_in(request), clock.now()
    if request.method == "POST":
        try:
            intake = deeds.enter_for(patient=patient, by=user, now=now)
        except NobodyToAnswer:
            messages.error(request, NOTHING_ASKED)
            return redirect("patients:detail", patient.public_id)
        except NothingPublished:
            messages.error(request, NO_QUESTIONS)
            return redirect("patients:intake_enter", patient.public_id)
        except IntakeClosed:
            messages.info(request, _("The form was sent meanwhile."))
            return redirect("patients:detail", patient.public_id)
        return redirect(progress(intake, _place(request, patient))["next_href"])
    found = Intake.objects.open().select_related("questionnaire").filter(patient=patient).first()
    return render(
        request,
        "patients/intake_enter.html",
        {
            "intake": found,
            "progress": progress(found, _place(request, patient)) if found and found.answers else None,
            "began_by_link": bool(found and found.answers and found.entered_by_id is None),
            "last": Intake.objects.answered().filter(patient=patient).first(),
            **_frame(patient),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@to_write
def intake_enter_step(request: HttpRequest, public_id: UUID, step: str) -> HttpResponse:
    """One step, typed in for the patient."""
    patient = get_object_or_404(_patients(request), public_id=public_id)
    intake = _being_entered(request, patient)
    if intake is None:
        return redirect("patients:intake_enter", patient.public_id)
    return step_page(request, intake, _place(request, patient), step, now=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
@to_write
def intake_enter_send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Read the answers back to the patient and send them."""
    patient = get_object_or_404(_patients(request), public_id=public_id)
    intake = _being_entered(request, patient)
    if intake is None:
        return redirect("patients:intake_enter", patient.public_id)
    return send_page(request, intake, _place(request, patient), now=clock.now())


def _intakes(request: HttpRequest) -> IntakeQuerySet:
    return Intake.objects.visible_to(signed_in(request)).select_related(
        "patient__location", "questionnaire", "entered_by", "reviewed_by"
    )


def _patients(request: HttpRequest) -> PatientQuerySet:
    return Patient.objects.visible_to(signed_in(request)).living_records().select_related("location")


def _being_entered(request: HttpRequest, patient: Patient) -> Intake | None:
    """Return the form this person took up at the desk; another's, or a patient's own, is taken up by a press first."""
    return (
        Intake.objects.open()
        .select_related("patient__location", "questionnaire")
        .filter(patient=patient, entered_by=signed_in(request))
        .first()
    )


def _place(request: HttpRequest, patient: Patient) -> Place:
    key = patient.public_id

    def closed() -> HttpResponse:
        messages.info(request, _("The form was sent meanwhile; nothing of this page was kept."))
        return redirect("patients:detail", key)

    def sent(_form: Intake) -> HttpResponse:
        messages.success(request, _("The intake of %(name)s is sent to the clinician.") % {"name": patient.name})
        return redirect("patients:detail", key)

    return Place(
        by=signed_in(request),
        folder="patients/intake_enter",
        start_href=reverse("patients:intake_enter", args=[key]),
        step_href=lambda step: reverse("patients:intake_enter_step", args=[key, step]),
        send_href=reverse("patients:intake_enter_send", args=[key]),
        left_href=reverse("patients:detail", args=[key]),
        closed=closed,
        sent=sent,
        more=_frame(patient),
    )


def _frame(patient: Patient) -> dict[str, object]:
    return {"nav": "intake", "patient": patient, "location": patient.location}
