"""What every page of a patient's record starts with."""

import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.alerts import alerts_of
from patients.models import Patient
from patients.wording import birth_and_age

Deed = Callable[..., HttpResponse]


def today_at(patient: Patient) -> date:
    """Return the day it is at the patient's location."""
    return day_of(clock.now(), patient.location.zone)


def of_patient(patient: Patient, today: date, *, for_desk: bool = False) -> dict[str, Any]:
    """Return what the patient bar shows, alerts with it; `for_desk`: those that the desk may read."""
    return {
        "nav": "patients",
        "patient": patient,
        "age": birth_and_age(patient.birth, min(today, patient.deceased_on or today)),
        "badges": [
            {"word": word, "tone": tone}
            for is_so, word, tone in (
                (patient.deceased_on, _("Died"), ""),
                (patient.restricted_at, _("Restricted"), "stop"),
                (patient.confidential_at, _("Confidential"), "due"),
            )
            if is_so
        ],
        "alerts": alerts_of(patient, desk_only=for_desk),
        "today": today,
        "location_name": patient.location.name,
    }


def opened(thing: models.Model, *, verb: str, by: User, patient: Patient) -> None:
    """Write down who opened a page of somebody's record."""
    with transaction.atomic():
        record(by=by, verb=verb, thing=thing, patient=patient)


def back_to(name: str) -> Callable[[Deed], Deed]:
    """Let a long form's address lead back to its page: who signs in again after a time-out arrives there by GET."""

    def guard(deed: Deed) -> Deed:
        @wraps(deed)
        def guarded(request: HttpRequest, public_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(name, public_id)
            return deed(request, public_id, *args, **kwargs)

        return require_http_methods(["GET", "HEAD", "POST"])(guarded)

    return guard


def opened_with(request: HttpRequest) -> dict[str, str]:
    """Return a page's fields as it was opened here, from its own hidden one; nothing where that is unreadable."""
    try:
        base = json.loads(request.POST.get("base", "{}"))
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in base.items()} if isinstance(base, dict) else {}
