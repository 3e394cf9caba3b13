"""When letters go, on one page: follow-ups by condition, visits by type, hours and days by location."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling import policies, replanning
from scheduling.models import AppointmentKind, AppointmentType, Replanning, VisitPolicy
from scheduling.views import policy_words

ALL = "all"
"""The word for all conditions in an address."""
LATEST = 5
AT_ONCE = 2.0
"""So many seconds of a request a change is worked on; what is left the next sweeps do."""


@require_safe
@role_required(Role.MANAGER)
def policies_list(request: HttpRequest) -> HttpResponse:
    """List what holds, and the changes that are on their way."""
    conditions, in_force = policy_words.condition_names(), policies.in_force()
    visit_rules = {row.appointment_type_id: policies.rules_of(row) for row in VisitPolicy.objects.all()}
    changes = Replanning.objects.select_related("location", "appointment_type", "started_by")
    latest = list(changes.order_by("-pk")[:LATEST])
    context = {
        "nav": "policies",
        "for_all": {
            "href": reverse("scheduling:policy_follow_ups", args=(ALL,)),
            "words": policy_words.schedule(in_force.of(policies.FOR_ALL)),
        },
        "conditions": [
            {
                "name": name,
                "href": reverse("scheduling:policy_follow_ups", args=(key,)),
                "words": policy_words.schedule(in_force.of(key)) if key in in_force.schedules else "",
            }
            for key, name in conditions.items()
        ],
        "types": [
            {
                "name": row.name,
                "href": f"{reverse('scheduling:policy_visits')}?type={row.public_id}",
                "words": policy_words.rules(
                    visit_rules.get(row.pk) or policies.house_rules(row),
                    is_injection=row.kind == AppointmentKind.INJECTION,
                ),
            }
            for row in AppointmentType.objects.filter(is_active=True)
        ],
        "places": signed_in(request).open_places,
        "changes": [
            {"row": row, "what": policy_words.scope(row, conditions), "words": policy_words.progress(row)}
            for row in latest
        ],
        "is_under_way": any(row.finished_at is None for row in latest),
    }
    return render(request, "scheduling/policies.html", context)


def saved(request: HttpRequest, *changes: Replanning) -> HttpResponse:
    """Work on what was saved for a moment, say how far it got, and lead back to the list."""
    replanning.sweep(clock.now(), seconds=AT_ONCE)
    for change in changes:
        change.refresh_from_db()
    said = " ".join(policy_words.progress(change) for change in changes)
    messages.success(request, _("Saved. %(progress)s") % {"progress": said})
    return redirect("scheduling:policies")
