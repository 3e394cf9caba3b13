"""The intake by link: start, be recognised, fill in, leave, send. GET shows; only a pressed button changes."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from clinic.lib import clock
from clinic.lib.languages import speaking
from clinic.locations.models import Location
from patients.errors import IntakeClosed
from patients.forms_link import BirthForm, CodeForm
from patients.intake import PURPOSE, speak, start
from patients.link_check import can_ask_birth_date, dates_wait_until, live_code
from patients.link_refusals import LinkWaits
from patients.models import AccessLink, Intake
from patients.spoken import spoken_languages
from patients.views.by_link import CSRF_FIELD, closed, has_passed, link_page, public_page, remember
from patients.views.intake_pages import Place, progress, send_page, step_page, typed_step
from patients.views.link_endings import sentence
from patients.views.link_who import recognise

CARRIED: Final = "carried-"
SENT_FROM: Final = "intake_sent_from"
SENT_IN: Final = "intake_sent_in"


@link_page(PURPOSE)
def intake_open(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Say what the form is and begin it, or go on with it."""
    intake, now = form_of(link), clock.now()
    with speaking(intake.language):
        if request.method == "POST":
            if needs_check(request, link, intake):
                return ask_who(request, link, intake)
            try:
                start(intake=intake, now=now)
            except IntakeClosed:
                return _closed(request, link)
            remember(request, link, now)
            return redirect(progress(intake, _place(request, link, intake))["next_href"])
        if needs_check(request, link, intake):
            return ask_who(request, link, intake)
        place = _place(request, link, intake)
        is_begun = bool(intake.answers)
        return render(
            request,
            "patients/intake_open.html",
            {"is_begun": is_begun, **progress(intake, place), "send_href": place.send_href, **place.more},
        )


@link_page(PURPOSE)
def intake_step(request: HttpRequest, link: AccessLink, step: str) -> HttpResponse:
    """One step; what is typed where somebody has to be recognised first is carried along and kept afterwards."""
    intake, now = form_of(link), clock.now()
    with speaking(intake.language):
        if needs_check(request, link, intake):
            return ask_who(request, link, intake, carried=request.POST, step=step)
        if request.method == "POST":
            remember(request, link, now)
        return step_page(request, intake, _place(request, link, intake), step, now=now)


@link_page(PURPOSE)
def intake_typed(request: HttpRequest, link: AccessLink, step: str) -> HttpResponse:
    """Keep a page while it is being typed; who has to be recognised first is asked at the next press."""
    intake, now = form_of(link), clock.now()
    with speaking(intake.language):
        if request.method != "POST" or needs_check(request, link, intake):
            return ask_who(request, link, intake) if needs_check(request, link, intake) else redirect(_start(link))
        remember(request, link, now)
        return typed_step(request, intake, step, now=now)


@link_page(PURPOSE)
def intake_send(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Check every answer and send them."""
    intake = form_of(link)
    with speaking(intake.language):
        if needs_check(request, link, intake):
            return ask_who(request, link, intake)
        return send_page(request, intake, _place(request, link, intake), now=clock.now())


@link_page(PURPOSE)
def intake_left(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Say that the answers are kept and how to come back."""
    intake = form_of(link)
    with speaking(intake.language):
        place = _place(request, link, intake)
        return render(request, "patients/intake_left.html", {"start_href": place.start_href, **place.more})


@link_page(PURPOSE)
def intake_who(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Recognise somebody by the date of birth or a mailed code, or mail the code."""
    intake = form_of(link)
    with speaking(intake.language):
        if request.method != "POST":
            return ask_who(request, link, intake) if needs_check(request, link, intake) else redirect(_start(link))
        try:
            not_recognised = recognise(request, link)
        except LinkWaits:
            return ask_who(request, link, intake, status=429)
        if not_recognised is not None:
            return ask_who(request, link, intake, **not_recognised)
        remember(request, link, clock.now())
        return _go_on(request, link, intake)


@link_page(PURPOSE)
def intake_language(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show the form in another language from now on."""
    if request.method == "POST":
        try:
            speak(intake=form_of(link), language=request.POST.get("language", ""), now=clock.now())
        except IntakeClosed:
            return _closed(request, link)
    return redirect(_start(link))


@public_page
def intake_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next. Knows nobody: it can be opened by anyone."""
    sent_from = request.session.get(SENT_FROM)
    place = Location.objects.filter(public_id=sent_from).first() if sent_from else None
    with speaking(request.session.get(SENT_IN, get_language())):  # the form's, whatever the browser asks for
        return render(request, "patients/intake_sent.html", {"location": place})


def _closed(request: HttpRequest, link: AccessLink) -> HttpResponse:
    return closed(request, sentence("form_sent"), link.patient.location)


def form_of(link: AccessLink) -> Intake:
    """Return the form a link opens."""
    intakes = Intake.objects.select_related("patient__location", "questionnaire")
    intake: Intake = get_object_or_404(intakes, public_id=link.about_public_id, patient=link.patient_id)
    return intake


def _start(link: AccessLink) -> str:
    return reverse("patients:intake_open", args=[link.token])


def needs_check(request: HttpRequest, link: AccessLink, intake: Intake) -> bool:
    """Whether answers stand there already and this browser has not shown that it is the person's."""
    return bool(intake.answers) and not has_passed(request, link, clock.now())


def _place(request: HttpRequest, link: AccessLink, intake: Intake) -> Place:
    token = link.token

    def sent(form: Intake) -> HttpResponse:
        request.session[SENT_FROM] = str(form.patient.location.public_id)
        request.session[SENT_IN] = form.language
        return redirect("patients:intake_sent")

    return Place(
        by=None,
        folder="patients/intake",
        start_href=_start(link),
        step_href=lambda step: reverse("patients:intake_step", args=[token, step]),
        send_href=reverse("patients:intake_send", args=[token]),
        left_href=reverse("patients:intake_left", args=[token]),
        closed=lambda: _closed(request, link),
        sent=sent,
        more=frame(link, intake),
        letter_href=reverse("patients:intake_letter", args=[token]),
        typed_href=lambda step: reverse("patients:intake_typed", args=[token, step]),
    )


def frame(link: AccessLink, intake: Intake) -> dict[str, Any]:
    """What every page of the link shows around its own."""
    return {
        "location": link.patient.location,
        "until": link.expires_at,
        "languages": [
            {"code": code, "name": name, "is_current": code == intake.language} for code, name in spoken_languages()
        ],
        "language_href": reverse("patients:intake_language", args=[link.token]),
    }


def ask_who(  # what the page shows, all by keyword
    request: HttpRequest,
    link: AccessLink,
    intake: Intake,
    *,
    carried: QueryDict | None = None,
    step: str = "",
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    """Show the second check, with what was typed before it, so that nothing typed is lost."""
    if carried:
        typed = [(key, value) for key, values in carried.lists() for value in values if key != CSRF_FIELD]
        hidden = [(f"{CARRIED}{key}", value) for key, value in typed]
        hidden.append((f"{CARRIED}step", step))
    else:
        hidden = [(key, value) for key, values in request.POST.lists() for value in values if key.startswith(CARRIED)]
    now = clock.now()
    link.refresh_from_db(fields=["waits_until"])  # a wrong date just typed may have been the fifth
    waits_until = dates_wait_until(link, now)
    context = {
        "birth": BirthForm(),
        "code": CodeForm(),
        "can_birth": can_ask_birth_date(link.patient) and waits_until is None,
        "waits_until": waits_until,
        "code_is_live": live_code(link, now) is not None,
        "who_href": reverse("patients:intake_who", args=[link.token]),
        "carried": hidden,
        **frame(link, intake),
        **shown,
    }
    return render(request, "patients/link_who.html", context, status=status)


def _go_on(request: HttpRequest, link: AccessLink, intake: Intake) -> HttpResponse:
    """Keep what was carried through the second check, or show where to go on."""
    place = _place(request, link, intake)
    carried = QueryDict(mutable=True)
    for key, values in request.POST.lists():
        if key.startswith(CARRIED):
            carried.setlist(key.removeprefix(CARRIED), values)
    step = str(carried.pop("step", [""])[-1])
    if not step:
        return redirect(place.start_href)
    return step_page(request, intake, place, step, now=clock.now(), data=carried)
