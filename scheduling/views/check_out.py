"""At check-out: the next visit in one press."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.lib import clock
from clinic.staff.access import signed_in
from patients.models import Patient
from scheduling import checking_out
from scheduling.errors import Refusal
from scheduling.forms import BookForm
from scheduling.models import FollowUp
from scheduling.views import words
from scheduling.views.board import back, came_from
from scheduling.views.toasts import to_say_booked


@require_GET
def next_visit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the one press that books a patient's next visit, for each follow-up that waits; nothing where none does."""
    user, now = signed_in(request), clock.now()
    people = Patient.objects.listed_for(user).living_records().select_related("location")
    patient = get_object_or_404(people, public_id=public_id)
    waiting = FollowUp.objects.visible_to(user).open().filter(patient=patient)
    rows = [
        {"follow_up": one, "offer": checking_out.offer(one, now=now), "pressed": uuid4()}
        for one in waiting.select_related("patient", "location", "plan__clinician", "session__clinician")[:3]
    ]
    return render(
        request, "scheduling/_next_visit.html", {"patient": patient, "rows": rows, "quiet": "quiet" in request.GET}
    )


@require_POST
def book_next(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Book the visit the button named, with ten seconds to take it back."""
    user = signed_in(request)
    follow_up = get_object_or_404(
        FollowUp.objects.visible_to(user).select_related("patient", "location", "plan"), public_id=public_id
    )
    form = BookForm(request.POST, location=follow_up.location)
    if not form.is_valid() or form.leave.overbook_reason:
        messages.error(request, _("Not booked: choose a time from the list of free times."))
        return back(request)
    try:
        visit = checking_out.book_next(
            follow_up=follow_up,
            slot=form.cleaned_data["wanted"],
            pressed=str(form.cleaned_data["pressed"]),
            by=user,
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=follow_up.location.zone))
        return back(request)
    return to_say_booked(came_from(request), visit)
