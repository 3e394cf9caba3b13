"""What the session's pages share: find the session or 404, note who opened it, name the patient above it."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.models import User
from treatments.day_of import is_of_the_day
from treatments.models import InjectionSession
from treatments.views.common import of_patient

WITH = (
    "patient__location",
    "clinician",
    "assistant",
    "location",
    "product",
    "condition",
    "rules",
    "plan__patient",
    "plan__location",
    "plan__condition",
    "plan__product",
    "plan__protocol",
    "plan__consultation",
    "signed_by",
    "void__by",
)


def session_or_404(user: User, public_id: UUID) -> InjectionSession:
    """Return a session this person may open; another's is as unknown as none."""
    found: InjectionSession | None = (
        InjectionSession.objects.visible_to(user).select_related(*WITH).filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def while_it_stands(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 404 where a colleague discarded the draft while its page was being answered: it is as unknown as none."""

    @wraps(view)
    def guarded(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        try:
            return view(request, public_id)
        except InjectionSession.DoesNotExist as gone:
            raise Http404 from gone

    return guarded


def note_opened(session: InjectionSession, by: User) -> None:
    """Record that somebody looked."""
    with transaction.atomic():
        record(by=by, verb="session.opened", thing=session, patient=session.patient)


def today_of(session: InjectionSession) -> date:
    """Return the day it is where the session is held."""
    return day_of(clock.now(), session.location.zone)


def is_checked_today(session: InjectionSession) -> bool:
    """Return whether the questions of the day were asked today, where the session is held."""
    return is_of_the_day(session.checked_at, clock.now(), session.location.zone)


def frame(session: InjectionSession) -> dict[str, Any]:
    """Return what every page of a session needs around it: the session, the patient's line, the menu's place."""
    return of_patient(session.patient, today_of(session)) | {
        "session": session,
        "product": session.product.name,
        "condition": session.condition.name,
    }
