"""Goals and strategies looked at again: a part that session, consultation and chart include, and a page of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients.models import Patient
from treatments.forms.goals import ReviewForm
from treatments.goals import agreed_with, review
from treatments.models import Consultation, InjectionSession
from treatments.views.common import of_patient, opened, today_at


@dataclass(frozen=True, slots=True)
class Occasion:
    """When it is looked at: at a session, in a consultation, or on a day between."""

    on: date
    session: InjectionSession | None = None
    consultation: Consultation | None = None

    @property
    def query(self) -> dict[str, str]:
        """What the address says of it."""
        if self.session is not None:
            return {"session": str(self.session.public_id)}
        return {"consultation": str(self.consultation.public_id)} if self.consultation else {}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
def goals(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what was agreed and what became of it, and take the look of today (`?session=` or `?consultation=`)."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    occasion = _occasion(request, user, patient)
    is_part, is_sent = bool(request.headers.get("HX-Request")), request.method == "POST"
    if not is_sent and not is_part:
        opened(patient, verb="goals.opened", by=user, patient=patient)
    form = ReviewForm(request.POST if is_sent else None, agreed=agreed_with(patient))
    is_kept = is_sent and form.is_valid()
    if is_kept:
        review(
            patient=patient,
            goals=form.goal_looks(),
            strategies=form.strategy_looks(),
            reviewed_on=occasion.on,
            session=occasion.session,
            consultation=occasion.consultation,
            by=user,
            now=clock.now(),
        )
        if not is_part:
            messages.success(request, _("The review is kept."))
            return redirect(_way_on(patient, occasion))
        form = ReviewForm(agreed=agreed_with(patient))
    context: dict[str, Any] = {
        **of_patient(patient, today_at(patient)),
        "form": form,
        "occasion": occasion,
        "action": f"{reverse('treatments:goals', args=[patient.public_id])}?{urlencode(occasion.query)}".rstrip("?"),
        "back": _way_on(patient, occasion),
        "is_kept": is_kept,
        "is_part": is_part,
    }
    template = "treatments/_goals_review.html" if is_part else "treatments/goals.html"
    return render(request, template, context, status=422 if form.errors and not is_part else 200)


def _occasion(request: HttpRequest, user: User, patient: Patient) -> Occasion:
    """Return the session or consultation of this patient that the address names; today without either."""
    session_id, consultation_id = request.GET.get("session", ""), request.GET.get("consultation", "")
    try:
        if session_id:
            of_theirs = InjectionSession.objects.visible_to(user).filter(patient=patient)
            session = get_object_or_404(of_theirs.select_related("location"), public_id=UUID(session_id))
            return Occasion(session.injected_on or today_at(patient), session=session)
        if consultation_id:
            consulted = Consultation.objects.visible_to(user).filter(patient=patient)
            held = get_object_or_404(consulted, public_id=UUID(consultation_id))
            return Occasion(held.held_on, consultation=held)
    except ValueError as error:
        raise Http404 from error
    return Occasion(today_at(patient))


def _way_on(patient: Patient, occasion: Occasion) -> str:
    if occasion.session is not None:
        return reverse("treatments:session", args=[occasion.session.public_id])
    if occasion.consultation is not None:
        return reverse("treatments:consultation", args=[occasion.consultation.public_id])
    return reverse("patients:detail", args=[patient.public_id])
