"""An address of a record that was merged leads to the same page of the record that goes on, with a note."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.lib.db import TAKES_NO_ROWS, violated
from patients.models import Patient

if TYPE_CHECKING:
    from clinic.staff.models import User

NAMES = ("public_id", "patient")
"""What names a patient in an address: a part of it, or a parameter."""
READS = ("GET", "HEAD")


class OldAddressMiddleware:
    """Asks, where a page of the staff found nothing, whether it was of a merged record. A deed is never done over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as ever."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead on; None where there is nothing to lead to."""
        if not request.user.is_authenticated or request.resolver_match is None:
            return None
        if isinstance(exception, IntegrityError):
            return _not_written(request, request.user, exception)
        if not isinstance(exception, Http404):
            return None
        match = request.resolver_match
        for name in NAMES:
            for holder in (match.kwargs, request.GET):
                old = _merged(request.user, holder.get(name))
                survivor = old and _standing(request.user, old)
                if old is None or survivor is None:
                    continue
                if request.method not in READS:
                    return _to_survivor(request, old, survivor)
                messages.info(request, _("Record %(old)d was merged into this one.") % {"old": old.record_number})
                query = request.GET.copy()
                if holder is request.GET:
                    query[name] = str(survivor.public_id)
                named = match.kwargs | ({name: survivor.public_id} if holder is match.kwargs else {})
                way = reverse(match.view_name, args=match.args if not named else (), kwargs=named)
                return redirect(f"{way}?{query.urlencode()}" if query else way)
        return None


def _not_written(request: HttpRequest, user: "User", error: IntegrityError) -> HttpResponse | None:
    """Say that a merge was quicker than what was being written: the database refused the row."""
    if violated(error) != TAKES_NO_ROWS:
        return None
    named = getattr(getattr(error.__cause__, "diag", None), "message_detail", None)
    old = Patient.objects.listed_for(user).filter(pk=named).first()
    survivor = old and _standing(user, old)
    return _to_survivor(request, old, survivor) if old and survivor else None


def _to_survivor(request: HttpRequest, old: Patient, survivor: Patient) -> HttpResponse:
    told = _("Record %(old)d was merged into this one meanwhile: nothing was written.")
    messages.warning(request, told % {"old": old.record_number})
    return redirect("patients:detail", survivor.public_id)


def _merged(user: "User", named: object) -> Patient | None:
    try:
        key = UUID(str(named))
    except ValueError:
        return None
    theirs = Patient.objects.listed_for(user).filter(merged_into__isnull=False)
    found: Patient | None = theirs.filter(public_id=key).first()
    return found


def _standing(user: "User", old: Patient) -> Patient | None:
    """Return the record that goes on, however many merges later; None where this person may not open it."""
    one: Patient | None = old
    while one is not None and one.merged_into_id is not None:
        one = Patient.objects.listed_for(user).filter(pk=one.merged_into_id).first()
    return one
