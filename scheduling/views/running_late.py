"""A clinician runs late: one press on the board, and one to take it back."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.lib import clock
from clinic.locations.models import Location
from clinic.staff.access import signed_in
from clinic.staff.models import Role, User
from scheduling import running_late
from scheduling.errors import TakenBackAlready
from scheduling.models import RunningLate
from scheduling.models.running_late import MOST_MINUTES
from scheduling.views.board import back


class LateForm(forms.Form):
    """By how many minutes, and where."""

    minutes = forms.IntegerField(min_value=0, max_value=MOST_MINUTES)
    location = forms.ModelChoiceField(queryset=Location.objects.none(), to_field_name="public_id", required=False)


@require_POST
def say(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say by how much a clinician of these locations runs late today; the board follows."""
    user = signed_in(request)
    places = [place.pk for place in user.open_places]
    clinician = get_object_or_404(
        User.objects.filter(role=Role.CLINICIAN, is_active=True, locations__in=places).distinct(), public_id=public_id
    )
    form = LateForm(request.POST)
    shared = clinician.locations.filter(pk__in=places)
    form.fields["location"].queryset = shared  # type: ignore[attr-defined]
    if not form.is_valid():
        messages.error(request, _("Not noted: say a number of minutes from 0 to %(most)d.") % {"most": MOST_MINUTES})
        return back(request)
    said = running_late.say(
        clinician=clinician,
        location=form.cleaned_data["location"] or shared[0],
        minutes=form.cleaned_data["minutes"],
        by=user,
        now=clock.now(),
    )
    words = _("%(name)s runs %(minutes)d minutes late") if said.minutes else _("%(name)s is on time")
    messages.success(
        request,
        words % {"name": clinician.full_name, "minutes": said.minutes},
        extra_tags=reverse("scheduling:running_late_undo", args=[said.public_id]),
    )
    return back(request)


@require_POST
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back what was said: what held before holds again."""
    user = signed_in(request)
    said = get_object_or_404(
        RunningLate.objects.filter(location__in=user.works_at).select_related("clinician"), public_id=public_id
    )
    try:
        running_late.take_back(said=said, by=user, now=clock.now())
    except TakenBackAlready:
        messages.info(request, _("This was taken back before."))
    else:
        messages.success(request, _("Taken back: %(name)s") % {"name": said.clinician.full_name})
    return back(request)
