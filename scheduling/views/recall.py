"""The recall list as a page: work it from the top."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from clinic.lib import clock
from clinic.staff.access import signed_in
from scheduling import following_up, recall
from scheduling.errors import Refusal
from scheduling.forms import DeclineForm
from scheduling.models import FollowUp
from scheduling.views import words
from scheduling.views.places import places_of

PER_PAGE = 50
TITLES = {
    "call": gettext_lazy("To call"),
    "overdue": gettext_lazy("Overdue"),
    "due": gettext_lazy("Due soon"),
    "reminded": gettext_lazy("Reminded"),
    "booked": gettext_lazy("Booked"),
    "clinician": gettext_lazy("With the clinician"),
    "later": gettext_lazy("Later"),
}
WHY = {
    "no_answer": gettext_lazy("did not answer the letters"),
    "day_has_passed": gettext_lazy("the session was typed in after the day to be back"),
    "opted_out": gettext_lazy("wants no reminders"),
    "no_address": gettext_lazy("has no e-mail"),
    "address_suspended": gettext_lazy("e-mail came back"),
    "plan_paused": gettext_lazy("waits for the clinician"),
    "no_effect": gettext_lazy("waits for the clinician"),
    "serious_event": gettext_lazy("waits for the clinician"),
    "wearing_off": gettext_lazy("says it is wearing off"),
    "visit_cancelled": gettext_lazy("cancelled the visit"),
    "visit_no_show": gettext_lazy("did not come"),
    "visit_left": gettext_lazy("left without being seen"),
    "visit_gone_by": gettext_lazy("visit went by, nothing written down"),
    "visit_too_early": gettext_lazy("booked before the earliest day"),
    "minimum_interval": gettext_lazy("put off by another treatment"),
    "failed": gettext_lazy("letter could not be delivered"),
    "uncertain": gettext_lazy("not known whether the letter arrived"),
}


@require_GET
def recall_list(request: HttpRequest) -> HttpResponse:
    """Show one group of the list with the counts of all."""
    user, now = signed_in(request), clock.now()
    places = places_of(user)
    today = now.astimezone(places[0].zone).date() if places else now.date()
    filters = recall.counts(user=user, today=today)
    asked = request.GET.get("group", "")
    group = asked if asked in recall.GROUPS else next((f.key for f in filters if f.count), "due")
    page = Paginator(recall.rows(user=user, today=today, group=group), PER_PAGE).get_page(request.GET.get("page"))
    first, last = recall.axis(today)
    return render(
        request,
        "scheduling/recall_list.html",
        {
            "nav": "recall",
            "today": today,
            "filters": [{"key": f.key, "title": TITLES[f.key], "count": f.count} for f in filters],
            "group": group,
            "to_ask": recall.to_ask(user=user, now=now) if group == "call" or not asked else (),
            "title": TITLES[group],
            "page": page,
            "rows": [
                {"follow_up": row, "why": WHY.get(row.reason, ""), "bar": _bar(row, first, last)}
                for row in page.object_list
            ],
            "today_x": _percent(today, first, last),
            "query": f"group={group}",
        },
    )


@require_POST
def decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close a follow-up with the reason the patient gave."""
    user = signed_in(request)
    follow_up = get_object_or_404(FollowUp.objects.visible_to(user).live(), public_id=public_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not closed: say why the patient will not come."))
    else:
        try:
            following_up.decline(follow_up=follow_up, reason=form.cleaned_data["reason"], by=user, now=clock.now())
        except Refusal as refusal:
            messages.error(request, words.refusal(refusal, zone=follow_up.location.zone))
        else:
            messages.success(request, _("Closed: %(name)s") % {"name": follow_up.patient.name})
    return redirect("scheduling:recall")


def _bar(row: FollowUp, first: date, last: date) -> dict[str, str]:
    """Return where a row's window lies on the shared axis, as numbers an SVG takes."""
    start = row.wears_off_from_on or row.book_by_on
    end = row.wears_off_until_on or row.book_by_on
    return {
        "earliest": _percent(row.earliest_on, first, last),
        "start": _percent(start, first, last),
        "width": f"{max(0.8, float(_percent(end, first, last)) - float(_percent(start, first, last))):.2f}",
        "book_by": _percent(row.book_by_on, first, last),
    }


def _percent(day: date, first: date, last: date) -> str:
    return f"{min(98, max(0, 100 * (day - first).days / (last - first).days)):.2f}"
