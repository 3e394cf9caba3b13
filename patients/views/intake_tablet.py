"""The form on the clinic's tablet: one patient's, no address in it opens anything, and it ends with "give it back".

Handing over signs the desk out of this browser. What is left in its session is which form is open, and until when; so
no page holds a link, and Back leads to nobody's chart.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from clinic.lib import clock
from clinic.lib.languages import for_patients, speaking
from clinic.staff.access import signed_in
from patients.errors import IntakeClosed, NobodyToAnswer
from patients.handing_over import TABLET_FOR, hand_over
from patients.intake import BY_TABLET, speak
from patients.models import Intake, Patient
from patients.questionnaire import NothingPublished
from patients.spoken import spoken_languages
from patients.views.intake_pages import Place, progress, send_page, step_page
from patients.wording_intake import NO_QUESTIONS, NOTHING_ASKED

P = ParamSpec("P")
TabletView = Callable[Concatenate[HttpRequest, Intake, P], HttpResponse]
ON_TABLET: Final = "intake_on_tablet"


@require_POST
def tablet_hand_over(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open the form for the patient and sign the desk out of this browser."""
    patients = Patient.objects.visible_to(signed_in(request)).living_records().select_related("location")
    patient = get_object_or_404(patients, public_id=public_id)
    now = clock.now()
    try:
        intake = hand_over(patient=patient, by=signed_in(request), now=now)
    except NothingPublished:
        messages.error(request, NO_QUESTIONS)
        return redirect("patients:intake_enter", patient.public_id)
    except NobodyToAnswer:
        messages.error(request, NOTHING_ASKED)
        return redirect("patients:detail", patient.public_id)
    logout(request)
    _hold(request, intake, now)
    return redirect("patients:tablet")


def tablet_page(view: TabletView[P]) -> Callable[..., HttpResponse]:
    """Open a page of the form this tablet was handed over for; any other tablet is told to be given back."""

    @for_patients
    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now = clock.now()
        intake = _held(request, now)
        if intake is None:
            return _given_back(request, status=404)
        with speaking(intake.language), timezone.override(intake.patient.location.zone):
            request.LANGUAGE_CODE = get_language() or ""
            if request.method == "POST":
                _hold(request, intake, now)
            return view(request, intake, *args, **kwargs)

    return page


@tablet_page
def tablet(request: HttpRequest, intake: Intake) -> HttpResponse:
    """Say what the form is; begin it or go on."""
    place = _place(request, intake)
    shown = {"is_begun": bool(intake.answers), **progress(intake, place), "send_href": place.send_href, **place.more}
    return render(request, "patients/intake_tablet.html", shown)


@tablet_page
def tablet_step(request: HttpRequest, intake: Intake, step: str) -> HttpResponse:
    """One step."""
    return step_page(request, intake, _place(request, intake), step, now=clock.now())


@tablet_page
def tablet_send(request: HttpRequest, intake: Intake) -> HttpResponse:
    """Check every answer and send them."""
    return send_page(request, intake, _place(request, intake), now=clock.now())


@tablet_page
def tablet_language(request: HttpRequest, intake: Intake) -> HttpResponse:
    """Show the form in another language from now on."""
    if request.method == "POST":
        try:
            speak(intake=intake, language=request.POST.get("language", ""), now=clock.now())
        except IntakeClosed:
            return _close(request, intake)
    return redirect("patients:tablet")


@tablet_page
def tablet_back(request: HttpRequest, intake: Intake) -> HttpResponse:
    """Close the form on this tablet: asked once more, since only the desk can open it again."""
    if request.method == "POST":
        return _close(request, intake)
    return render(request, "patients/intake_tablet_back.html", _place(request, intake).more)


def _hold(request: HttpRequest, intake: Intake, now: datetime) -> None:
    request.session[ON_TABLET] = [str(intake.public_id), (now + TABLET_FOR).isoformat()]
    request.session.set_expiry(0)


def _held(request: HttpRequest, now: datetime) -> Intake | None:
    """Return the form that is open on this tablet; none where time ran out, or the form was sent meanwhile."""
    public_id, until = request.session.get(ON_TABLET, ("", ""))
    if not public_id or datetime.fromisoformat(until) <= now:
        return None
    intakes = Intake.objects.open().filter(patient__deceased_on=None, patient__merged_into=None)
    found: Intake | None = (
        intakes.select_related("patient__location", "questionnaire").filter(public_id=public_id).first()
    )
    return found


def _close(request: HttpRequest, intake: Intake, *, is_sent: bool = False) -> HttpResponse:
    """Forget everything about the patient in this browser and ask for the tablet."""
    request.session.flush()
    return _given_back(request, is_sent=is_sent, location=intake.patient.location)


def _given_back(request: HttpRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    return render(
        request, "patients/intake_tablet_over.html", {"is_public": True, "is_tablet": True} | shown, status=status
    )


def frame_of(intake: Intake) -> dict[str, Any]:
    """Return what every page of a form on the tablet is drawn with."""
    return {
        "is_public": True,
        "is_tablet": True,
        "location": intake.patient.location,
        "languages": [
            {"code": code, "name": name, "is_current": code == intake.language} for code, name in spoken_languages()
        ],
        "language_href": reverse("patients:tablet_language"),
    }


def _place(request: HttpRequest, intake: Intake) -> Place:
    return Place(
        by=None,
        actor=BY_TABLET,
        folder="patients/intake",
        start_href=reverse("patients:tablet"),
        step_href=lambda step: reverse("patients:tablet_step", args=[step]),
        send_href=reverse("patients:tablet_send"),
        left_href=reverse("patients:tablet_back"),
        letter_href=reverse("patients:tablet_letter"),
        closed=lambda: _close(request, intake),
        sent=lambda form: _close(request, form, is_sent=True),
        more=frame_of(intake),
    )
