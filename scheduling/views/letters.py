"""Messages: every letter, its state, why, and what was sent; and the same for one patient."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.outbox import deeds as outbox
from clinic.outbox.errors import NotResendable
from clinic.outbox.models import Letter, LetterState
from clinic.outbox.querysets import LetterQuerySet
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.closing import is_closed_to
from patients.letters import unreachable
from patients.models import CorrectionRequest, Patient
from scheduling import checking_in, own_page, why
from scheduling.views.board import back

PER_PAGE = 50
NEEDS = "needs_a_person"
ALL = "all"


@require_GET
def messages_list(request: HttpRequest) -> HttpResponse:
    """Show the letters of this person's locations, the newest first, by state; later ones only when asked for."""
    user = signed_in(request)
    state = request.GET.get("state", "")
    visible = _visible(user)
    page = Paginator(_of_state(visible, state).newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "scheduling/messages_list.html",
        {
            "nav": "messages",
            "rows": _with_names(list(page.object_list)),
            "page": page,
            "state": state,
            "states": [(NEEDS, _("Need a person")), *LetterState.choices, (ALL, _("all, also those of later months"))],
            "needs": visible.needs_a_person(clock.now()).count(),
            "query": f"state={state}" if state else "",
            "on_hold": outbox.is_on_hold(),
            "to_correct": CorrectionRequest.objects.visible_to(user).to_answer().count(),
            "not_written_to": Patient.objects.listed_for(user).written_to_no_more().count(),
        },
    )


def _of_state(letters: LetterQuerySet, state: str) -> LetterQuerySet:
    if state == NEEDS:
        return letters.needs_a_person(clock.now())
    if state == ALL:
        return letters
    return letters.filter(state=state) if state else letters.exclude(state=LetterState.QUEUED, due_at__gt=clock.now())


@require_GET
def message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one letter: its life, why, and the words that went, links redacted. Of a closed record, its door."""
    user = signed_in(request)
    letter = get_object_or_404(_visible(user), public_id=public_id)
    patient = _person(letter)
    if patient and is_closed_to(patient, user):
        return redirect("patients:detail", patient.public_id)
    with transaction.atomic():
        record(by=user, verb="letter.opened", thing=letter, patient=patient)
    return render(
        request,
        "scheduling/message.html",
        {
            "nav": "messages",
            "letter": letter,
            "patient": patient,
            "zone": patient.location.zone if patient else None,
            "caught_copy": _caught_copy(letter),
        },
    )


@require_POST
def resend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send a letter again, by a person's decision."""
    user = signed_in(request)
    letter = get_object_or_404(_visible(user), public_id=public_id)
    try:
        with transaction.atomic():
            again = outbox.resend(letter, by=user, now=clock.now(), patient=_person(letter))
    except NotResendable:
        messages.error(request, _("This letter cannot be sent again from its state; its page says why."))
        return redirect("scheduling:message", public_id)
    messages.success(request, _("The letter goes again within a minute."))
    return back(request) if "stay" in request.POST else redirect("scheduling:message", again.public_id)


@require_POST
def send_own_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mail a patient the link of their own page."""
    user = signed_in(request)
    patient = get_object_or_404(Patient.objects.visible_to(user), public_id=public_id)
    why_not = unreachable(patient)
    if why_not is not None:
        messages.error(request, f"{_('Nothing was sent.')} {why_not.text}")
    else:
        own_page.send(patient=patient, by=user, now=clock.now())
        messages.success(request, _("The link to their page goes within a minute."))
    return redirect("patients:detail", patient.public_id)


@require_GET
def patient_letters(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a patient's letters for the chart, each with the reason it went or did not."""
    user = signed_in(request)
    patient = get_object_or_404(Patient.objects.visible_to(user).living_records(), public_id=public_id)
    with transaction.atomic():
        record(by=user, verb="letters.opened", thing=patient, patient=patient)
    return render(
        request,
        "scheduling/_patient_letters.html",
        {
            "patient": patient,
            "letters": _on_the_chart(patient)[:12],
            "zone": patient.location.zone,
            "why": why.sentences(why.known_of(patient, now=clock.now()), is_clinical=not user.is_front_desk),
        },
    )


def _on_the_chart(patient: Patient) -> LetterQuerySet:
    """Return a patient's letters, the newest first: of the check-ins to come only the next.

    With those that went while it had a second record.
    """
    former = [one.public_id for one in Patient.objects.with_former([patient])]
    before = Q(person_public_id__in=former, state=LetterState.SENT)
    theirs = Letter.objects.filter(Q(person_public_id=patient.public_id) | before)
    to_come = theirs.of_kind(checking_in.LETTER).filter(state=LetterState.QUEUED).order_by("due_at")
    later = to_come.values_list("pk", flat=True)[1:]
    return theirs.exclude(pk__in=list(later)).newest_first()


def _caught_copy(letter: Letter) -> str:
    """Return where the demo's mail catcher shows this very letter; nothing where none was sent, or in production."""
    if not (settings.MAIL_CATCHER_URL and letter.message_id and letter.state in {"sent", "uncertain"}):
        return ""
    return f"{settings.MAIL_CATCHER_URL}/message/{quote(letter.message_id, safe='')}"


def _visible(user: User) -> Any:
    """Letters to patients of this person's locations: a join by public id, for the outbox knows no patient."""
    return Letter.objects.filter(person_public_id__in=Patient.objects.listed_for(user).values("public_id"))


def _person(letter: Letter) -> Patient | None:
    return Patient.objects.select_related("location").filter(public_id=letter.person_public_id).first()


def _with_names(letters: list[Letter]) -> list[dict[str, Any]]:
    people = Patient.objects.select_related("location").in_bulk(
        [letter.person_public_id for letter in letters], field_name="public_id"
    )
    return [{"letter": letter, "patient": people.get(letter.person_public_id)} for letter in letters]
