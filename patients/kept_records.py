"""A record that is kept by law is read and not written: the page that says so, instead of "there is nothing here".

Querysets leave a restricted record out where somebody writes (`querysets.open_to`), so every page that forgets about
restrictions refuses. Here is asked, where that found nothing, whether it was for that reason.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found

from clinic.staff.models import User
from patients.errors import RecordKept
from patients.models import Patient

WAYS: Final = {"patient": "patient", "session": "session__patient", "score": "score__patient", "survivor": "survivor"}
"""A row's own column -> the way from there to whose record it is of."""


class KeptRecordMiddleware:
    """Answers a press, or a form, on a record that this person may read and nobody writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as ever."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say why nothing was written; None where it is for another reason.

        A deed says so itself (`RecordKept`) where the restriction came after the page had looked.
        """
        user = request.user
        if not isinstance(exception, Http404 | RecordKept) or not isinstance(user, User) or not user.is_writing:
            return None
        if request.resolver_match is None:
            return None
        user.is_writing = False  # what they may read, and the page's own frame
        patient = next(_kept(user, request.resolver_match.kwargs.values()), None)
        if patient is None:
            return page_not_found(request, exception) if isinstance(exception, RecordKept) else None
        context = {"nav": "patients", "patient": patient, "is_manager": user.is_manager}
        return render(request, "patients/patient_kept.html", context, status=HTTPStatus.CONFLICT)


def _kept(user: User, named: Any) -> Iterator[Patient]:
    """Yield the restricted patients whose rows an address names, as far as this person finds them by name."""
    keys = [key for key in named if isinstance(key, UUID)]
    open_ones = Patient.objects.listed_for(user)
    kept = Patient.objects.filter(restricted_at__isnull=False)
    yield from kept.filter(pk__in=open_ones.filter(public_id__in=keys).values("pk"))
    for model in apps.get_models() if keys else ():
        names = {field.name for field in model._meta.get_fields()}  # noqa: SLF001 - Django's documented meta API
        way = next((way for first, way in WAYS.items() if first in names), "")
        if "public_id" not in names or not way:
            continue
        rows: Any = model._default_manager.filter(public_id__in=keys)  # noqa: SLF001 - Django's documented name
        if hasattr(rows, "visible_to"):  # with what a clinician began, which is theirs to read behind any door
            yield from kept.filter(pk__in=rows.visible_to(user).values(way))
        else:
            yield from kept.filter(pk__in=rows.values(way)).filter(pk__in=open_ones.values("pk"))
