"""The patient's question, answered from the chart; no letter goes out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role
from patients.models import Intake
from treatments.answering import answer_question, open_questions
from treatments.errors import AnsweredAlready
from treatments.forms.question import AnswerForm
from treatments.views.common import of_patient, opened, today_at


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@to_write
def question_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one question and write down its answer."""
    user = signed_in(request)
    intake = get_object_or_404(
        Intake.objects.visible_to(user).filter(submitted_at__isnull=False).select_related("patient__location"),
        public_id=public_id,
    )
    patient = intake.patient
    asked = open_questions([intake])
    if not asked:
        messages.error(request, _("This question is answered already, or none was asked."))
        return redirect("patients:detail", patient.public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_question(intake=intake, text=form.cleaned_data["text"], by=user, now=clock.now())
            messages.success(request, _("The answer is kept. No letter goes out: tell the patient."))
        except AnsweredAlready:
            messages.error(request, _("A colleague answered it a moment ago: yours was not kept."))
        return redirect("patients:detail", patient.public_id)
    if request.method != "POST":
        opened(patient, verb="question.opened", by=user, patient=patient)
    context = {**of_patient(patient, today_at(patient)), "asked": asked[0], "form": form}
    return render(request, "treatments/question_answer.html", context, status=422 if form.errors else 200)
