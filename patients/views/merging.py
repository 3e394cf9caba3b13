"""Making two records of one person one: who it may be, both side by side, the press, and the way back."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients import closing, duplicates, merging
from patients.forms_merge import MERGED, SURVIVOR, MergeForm
from patients.merge_refusals import (
    AlreadyMerged,
    BeingWritten,
    BothHave,
    ChangedMeanwhile,
    Entangled,
    InTheWay,
    NotStanding,
    SameRecord,
)
from patients.models import Merge, Patient
from patients.querysets import PatientQuerySet
from patients.registration import PersonFacts
from patients.sought import LONGEST, sought_in
from patients.views.closing import door
from patients.wording_merge import held_by_each, side_by_side

MOST_FOUND = 10
MAY_BE_UNDONE_FOR = timedelta(minutes=5)
"""Who made two records one takes it back for so long; later a manager does."""


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show who may be the same person as this one; with another record chosen, both side by side; a press merges."""
    user = signed_in(request)
    people = Patient.objects.visible_to(user).select_related("location")
    survivor = people.living_records().filter(public_id=public_id).first()
    if survivor is None:
        return _before_the_door(request, user, public_id=public_id)
    asked = (request.POST.get("other") if request.method == "POST" else request.GET.get("with")) or ""
    merged = _named(people, asked)
    if merged is None or merged == survivor:
        return _choose(request, user, survivor, asked=asked)
    form = _form(request, merged, survivor)
    if request.method == "POST" and form.is_valid():
        return _pressed(request, user, form, merged, survivor)
    if merged.merged_into_id is not None:
        messages.info(request, _merged_already(merged))
        return redirect("patients:detail", survivor.public_id)
    with transaction.atomic():
        record(by=user, verb="patient.compared", thing=merged, patient=survivor)
        found = merging.obstacles(merged=merged, survivor=survivor)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return _page(request, form, merged, survivor, found, status=status)


@require_POST
def undo_merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a merge back at once: who pressed the button, or a manager."""
    user = signed_in(request)
    joined = _visible(user, public_id)
    is_own = joined.by_id == user.pk and clock.now() - joined.at <= MAY_BE_UNDONE_FOR
    if not is_own and not user.is_manager:
        raise PermissionDenied
    return _take_back(request, user, joined)


@role_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what taking a merge back does; a manager's press does it."""
    user = signed_in(request)
    try:
        joined = _visible(user, public_id)
    except Http404:
        return _before_the_door(request, user, pk__in=Merge.objects.filter(public_id=public_id).values("survivor"))
    if request.method == "POST":
        return _take_back(request, user, joined)
    if joined.undone_at is not None:
        messages.info(request, _("These records were parted already."))
        return redirect("patients:detail", joined.survivor.public_id)
    context = {
        "nav": "patients",
        "joined": joined,
        "moved": joined.moved.filter(moved_to=joined.survivor_id).count(),
        "said": merging.parting_obstacles(merged=joined.merged, survivor=joined.survivor),
    }
    return render(request, "patients/patient_unmerge.html", context)


def _pressed(request: HttpRequest, user: User, form: MergeForm, merged: Patient, survivor: Patient) -> HttpResponse:
    try:
        joined = merging.merge(
            merged=merged,
            survivor=survivor,
            taken=form.taken(),
            seen=form.seen(),
            press=form.pressed(),
            by=user,
            now=clock.now(),
        )
    except AlreadyMerged as refusal:
        messages.info(request, _merged_already(refusal.patient))
        return redirect("patients:detail", survivor.public_id)
    except (InTheWay, BothHave, ChangedMeanwhile, BeingWritten, SameRecord) as refusal:
        return _again(request, merged, survivor, _said(refusal))
    messages.success(
        request,
        _("Record %(old)d is part of record %(kept)d now.")
        % {"old": merged.record_number, "kept": survivor.record_number},
        extra_tags=reverse("patients:undo_merge", args=[joined.public_id]),
    )
    return redirect("patients:detail", survivor.public_id)


def _said(refusal: Exception) -> list[str]:
    if isinstance(refusal, InTheWay):
        return list(refusal.sentences)
    if isinstance(refusal, ChangedMeanwhile):
        return [_("One of the two was changed meanwhile: look at both again.")]
    if isinstance(refusal, BeingWritten):
        return [_("Somebody is writing in one of the two at this moment: try again.")]
    return [_("Each of the two has an entry of which a person can have one only: settle that first.")]


def _take_back(request: HttpRequest, user: User, joined: Merge) -> HttpResponse:
    try:
        merging.unmerge(joined=joined, by=user, now=clock.now())
    except NotStanding:
        messages.info(request, _("These records were parted already, or are part of another one by now."))
    except Entangled:
        messages.error(
            request, _("What was written since ties the two together: it belongs to rows of both. Nothing was changed.")
        )
    except (InTheWay, BothHave, BeingWritten) as refusal:
        messages.error(request, " ".join(_said(refusal)))
    else:
        messages.success(
            request,
            _("Record %(old)d and record %(kept)d are two again.")
            % {"old": joined.merged.record_number, "kept": joined.survivor.record_number},
        )
    return redirect("patients:detail", joined.survivor.public_id)


def _before_the_door(request: HttpRequest, user: User, **which: Any) -> HttpResponse:
    """Show that the record is closed, to who finds it by name; a press is answered by `kept_records`."""
    listed = Patient.objects.listed_for(user).living_records()
    if request.method == "POST":
        raise Http404
    return door(request, get_object_or_404(listed.select_related("location"), **which))


def _visible(user: User, public_id: UUID) -> Merge:
    people = Patient.objects.at_places_of(user)  # what was merged away is as open as the record that goes on
    joined: Merge = get_object_or_404(
        Merge.objects.filter(merged__in=people, survivor__in=Patient.objects.visible_to(user)).select_related(
            "merged", "survivor", "by"
        ),
        public_id=public_id,
    )
    return joined


def _named(people: PatientQuerySet, asked: str) -> Patient | None:
    try:
        found: Patient | None = people.filter(public_id=UUID(asked)).first()
    except ValueError:
        return None
    return found


def _form(request: HttpRequest, merged: Patient, survivor: Patient, *, anew: bool = False) -> MergeForm:
    lines = side_by_side(merged=merged, survivor=survivor, today=_today(survivor))
    shown = {"merged_version": merged.version, "survivor_version": survivor.version, "other": merged.public_id}
    typed = request.POST.copy() if request.method == "POST" else None
    if typed is not None and anew:
        for line in lines:
            typed.setdefault(f"keep_{line.name}", MERGED if line.is_taken else SURVIVOR)
        for name, value in shown.items():
            typed[name] = str(value)
    return MergeForm(typed, lines=lines, initial={"press": uuid4(), **shown})


def _again(request: HttpRequest, merged: Patient, survivor: Patient, said: list[str]) -> HttpResponse:
    """Show both as they stand now, with what was chosen."""
    merged.refresh_from_db()
    survivor.refresh_from_db()
    return _page(
        request, _form(request, merged, survivor, anew=True), merged, survivor, said, status=HTTPStatus.CONFLICT
    )


def _page(
    request: HttpRequest,
    form: MergeForm,
    merged: Patient,
    survivor: Patient,
    said: list[str],
    *,
    status: HTTPStatus,
) -> HttpResponse:
    same = [line for line in side_by_side(merged=merged, survivor=survivor, today=_today(survivor)) if not line.differs]
    context = {
        "nav": "patients", "form": form, "merged": merged, "survivor": survivor, "said": said,
        "same": [line for line in same if line.survivor], "held": held_by_each(merged=merged, survivor=survivor),
        "today": _today(survivor),
    }  # fmt: skip
    return render(request, "patients/patient_merge.html", context, status=status)


def _choose(request: HttpRequest, user: User, survivor: Patient, *, asked: str) -> HttpResponse:
    """Show who looks like this person, or whom a search finds; of a closed record asked for, what comes first."""
    closed = _named(Patient.objects.listed_for(user), asked)
    people = Patient.objects.visible_to(user).living_records().exclude(pk=survivor.pk)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    sought = sought_in(text, today=_today(survivor), country=survivor.location.country)
    found = list(people.found_by(sought)[:MOST_FOUND]) if text else []
    alike = [one.patient for one in duplicates.possible(facts=PersonFacts.of(survivor), among=people)]
    with transaction.atomic():
        ids = [str(one.public_id) for one in {*found, *alike}]
        record(by=user, verb="patient.searched", thing=survivor, patient=survivor, detail={"shown": sorted(ids)})
    context: dict[str, Any] = {
        "nav": "patients", "survivor": survivor, "alike": alike, "found": found, "q": text,
        "is_named": bool(asked), "today": _today(survivor),
        "said": " ".join(closing.closed_in_the_way(merged=closed, survivor=survivor)) if closed else "",
    }  # fmt: skip
    return render(request, "patients/patient_merge_who.html", context)


def _merged_already(patient: Patient) -> str:
    return _("Record %(old)d was merged into another already.") % {"old": patient.record_number}


def _today(patient: Patient) -> date:
    return day_of(clock.now(), patient.location.zone)
