"""How a patient is after a session, by a letter's link. What cannot wait is answered before anything is kept.

No check of the form's token stands in the way (`one_click`): whoever posts here knows the link's own, and a lost cookie
must not come between somebody who chokes and the number to call. For the same reason a dead link answers a symptom too.
"""

import logging
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.languages import for_patients
from clinic.locations.models import Location
from patients.link_refusals import LinkRefused
from patients.links import spent_link, use_link
from patients.models import AccessLink
from patients.views.by_link import closed, link_page, only_place, quiet
from patients.views.link_endings import ENDED, sentence
from scheduling import checking_in
from scheduling.checking_in import Asked
from treatments.errors import ToldTooOften
from treatments.forms.check_in_scores import CheckInScores
from treatments.forms.symptoms import SymptomsForm
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import Urgency
from treatments.reporting import record_check_in
from treatments.symptom_reports import report_symptoms, urgency_of
from treatments.symptoms import listed, symptoms_asked

log = logging.getLogger(__name__)
PURPOSE = "check-in"
PATIENCE_MS = 3000
"""Longer than this nobody who needs help waits for a row to be kept."""


@for_patients
@csrf_exempt
@login_not_required
def check_in(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the questions, or answer a tick; a link that opens no more still says what to do about a grave symptom."""
    if request.method != "POST":
        return _by_link(request, token)
    try:
        response, place = _by_link(request, token), only_place
    except DatabaseError:
        response, place = HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE), lambda: None
    if response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.SERVICE_UNAVAILABLE):
        form = SymptomsForm(request.POST, asked=symptoms_asked(_formulary()))
        if form.ticked():
            asked = _answered_before(token)
            if asked is None:
                return quiet(_help(request, form, place(), is_kept=False))
            is_kept = _symptoms_are_kept(form, asked, clock.now())
            return quiet(_help(request, form, asked.session.patient.location, is_kept=is_kept))
    return response


def _answered_before(token: str) -> Asked | None:
    """Return what a link that was answered asked: it asks no more, but whoever chokes now is not turned away."""
    now = clock.now()
    try:
        link = spent_link(token, PURPOSE, now)
        return checking_in.asked_by(link, today=day_of(now, link.patient.location.zone)) if link else None
    except DatabaseError:
        return None


def _answered(link: AccessLink, because: str, _now: datetime) -> str:
    if because != "used" or link.used_at is None:
        return ""
    day = date_format(timezone.localdate(link.used_at), "DATE_FORMAT")
    return _("Your answers of %(day)s have reached us. If something is new, please call us.") % {"day": day}


@link_page(PURPOSE, one_click=lambda _request: True, told=_answered)
def _by_link(request: HttpRequest, link: AccessLink) -> HttpResponse:
    location = link.patient.location
    asked = checking_in.asked_by(link, today=day_of(clock.now(), location.zone))
    if asked is None:
        return closed(request, sentence(ENDED), location)
    formulary, sent = current_formulary(), request.POST if request.method == "POST" else None
    form = SymptomsForm(sent, asked=symptoms_asked(formulary))
    scores = CheckInScores(sent, plan=asked.session.plan, formulary=formulary) if asked.asks_scores else None
    if sent is not None:
        is_valid = form.is_valid()
        if form.ticked():
            return _help(request, form, location, is_kept=_is_kept(link, form, scores, asked))
        if is_valid and _is_kept(link, form, scores, asked):
            return render(request, "scheduling/check_in_thanks.html", {"location": location, "said": form.said()})
        if is_valid:
            form.add_error(None, _("Your answers could not be kept. Please send them once more, or call us."))
    context = {"location": location, "form": form, "scores": scores, "asked": asked}
    return render(request, "scheduling/check_in.html", context, status=422 if form.errors else 200)


def _is_kept(link: AccessLink, form: SymptomsForm, scores: CheckInScores | None, asked: Asked) -> bool:
    """Keep what was told, which uses the link up; a database that refuses or dawdles is no reason not to answer.

    Scores are kept by themselves: whatever is wrong with one, the symptoms reach the clinic.
    """
    now = clock.now()
    if not _symptoms_are_kept(form, asked, now):
        return False
    _use_up(link, now)
    if scores is None or not scores.is_valid():  # nothing chosen, or no button of ours: nothing to keep
        return True
    try:
        record_check_in(
            plan=asked.session.plan,
            values=scores.values,
            weekly_headache_days=scores.weekly_headache_days,
            is_wearing_off=scores.cleaned_data["is_wearing_off"],
            told_at=now,
            now=now,
        )
    except DatabaseError as error:
        log.error("scores of a check-in were not kept: %s", type(error).__name__)  # noqa: TRY400 - as below
        return False
    return True


def _use_up(link: AccessLink, now: datetime) -> None:
    """End the link's questions: answered once. Of two presses at once both were kept, and that is well."""
    try:
        with transaction.atomic():
            use_link(link, now=now)
    except (DatabaseError, LinkRefused) as error:
        log.info("a check-in's link was not used up: %s", type(error).__name__)


def _symptoms_are_kept(form: SymptomsForm, asked: Asked, now: datetime) -> bool:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            report_symptoms(
                patient=asked.session.patient,
                session=asked.session,
                symptoms=form.ticked(),
                words=form.said(),
                press=form.sent_from(),
                formulary=current_formulary(),
                by=None,
                now=now,
            )
    except (DatabaseError, ToldTooOften) as error:
        log.error("a report of symptoms was not kept: %s", type(error).__name__)  # noqa: TRY400 - its text may be the patient's
        return False
    return True


def _help(request: HttpRequest, form: SymptomsForm, location: Location | None, *, is_kept: bool) -> HttpResponse:
    """Say what to do now: the emergency number, or today's call."""
    level = urgency_of(form.ticked(), _formulary())
    context: dict[str, Any] = {
        "location": location,
        "is_urgent": level == Urgency.URGENT,
        "told": listed(form.ticked()),
        "is_kept": is_kept,
        "form": form,
    }
    return render(request, "scheduling/check_in_help.html", context)


def _formulary() -> Formulary:
    """Return the catalogue, as shipped where the database does not answer."""
    try:
        return current_formulary()
    except DatabaseError:
        return Formulary.from_files()
