"""Two signed sessions of a patient side by side: figures, doses and results, muscle by muscle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from patients.models import Patient
from treatments.comparing import Compared, compare
from treatments.forms_session.sites import rows_of
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.last_time import with_cycle
from treatments.models import InjectionSession
from treatments.plan_story import PlanStory, stories_of
from treatments.quantities import show_number
from treatments.session_facts import site_as_value
from treatments.site_dosing import place_name
from treatments.views.common import of_patient, opened, today_at
from treatments.views.last_time import dose_words, shown_last_time
from treatments.views.plan_page import signed
from treatments.views.session_sheet import figures_of

OFFERED = 60
PAIR = 2


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """One row of the table."""

    name: str
    side: str
    first: str
    second: str
    change: str
    is_same: bool


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def session_compare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the two sessions asked for, the earlier first; unasked, the latest two."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    offered = list(
        InjectionSession.objects.visible_to(user)
        .filter(patient=patient, signed_at__isnull=False)
        .select_related(
            "product", "condition", "void", "location", "plan__condition", "plan__product", "plan__location"
        )
        .order_by("-injected_on", "-id")[:OFFERED]
    )
    opened(patient, verb="sessions.compared", by=user, patient=patient)
    pair = chosen(request, offered)
    with timezone.override(patient.location.zone):
        context = of_patient(patient, today_at(patient)) | {"offered": offered, "pair": pair}
        if len(pair) == PAIR:
            prefetch_related_objects(pair, "sites__muscle")
            context |= side_by_side(patient, pair[0], pair[1], current_formulary())
        return render(request, "treatments/session_compare.html", context)


def chosen(request: HttpRequest, offered: Sequence[InjectionSession]) -> list[InjectionSession]:
    """Return the pair asked for, the earlier first; one alone is held against the one before it.

    Raises:
        Http404: a session was asked for that is not among them.
    """
    by_id = {str(session.public_id): session for session in offered}
    asked = list(dict.fromkeys(text for name in ("first", "second") if (text := request.GET.get(name, ""))))
    if not set(asked) <= by_id.keys():
        raise Http404
    both = [by_id[text] for text in asked]
    if len(asked) < PAIR and not (request.GET.get("first") and request.GET.get("second")):
        standing = [session for session in offered if not hasattr(session, "void") and session not in both]
        before = [session for session in standing if not both or _order(session) < _order(both[0])]
        both += (before or standing)[: PAIR - len(both)]
    return sorted(both, key=_order)


def _order(session: InjectionSession) -> tuple[date, int]:
    """When it was; one that was signed has its day."""
    return (session.injected_on or date.min, session.pk)


def side_by_side(
    patient: Patient, first: InjectionSession, second: InjectionSession, formulary: Formulary
) -> dict[str, Any]:
    """Return both sessions as the page shows them, and the table of their differences."""
    plans = {session.plan_id: session.plan for session in (first, second)}
    stories = stories_of(list(plans.values()), prior=(), today=today_at(patient), formulary=formulary)
    rows = compare(
        (site_as_value(site) for site in first.sites.all()),
        (site_as_value(site) for site in second.sites.all()),
        is_one_product=first.product.key == second.product.key,
    )
    one, other = (
        _column(session, stories[session.plan_id], ghosts_of=ghosts_of, formulary=formulary)
        for session, ghosts_of in ((first, second), (second, first))
    )
    views = [
        (mine, theirs)
        for part in ("head", "body")
        for mine, theirs in zip(one["figures"][part], other["figures"][part], strict=True)
        if mine["count"] or theirs["count"]
    ]
    return {
        "columns": [one, other],
        "views": views,
        "is_one_product": first.product.key == second.product.key,
        "rows": [_row(row, formulary) for row in rows],
        "changes": sum(not row.is_same for row in rows),
        "total_change": signed(sum((row.units_changed or Decimal(0) for row in rows), Decimal(0))),
    }


def _column(
    session: InjectionSession, story: PlanStory, *, ghosts_of: InjectionSession, formulary: Formulary
) -> dict[str, Any]:
    """One session: its figures with the other's sites as outlines, its total, and what it achieved if it stands."""
    told = next((told for told in story.sessions if told.session.pk == session.pk), None)
    rows = [row for row in rows_of(session.sites.all()) if not row.is_new]
    return {
        "session": session,
        "is_void": hasattr(session, "void"),
        "figures": figures_of(rows, formulary, ghosts_of.sites.all()),
        "units": show_number(session.total_units or Decimal(0)),
        "sites": len(rows),
        "achieved": shown_last_time(with_cycle(told, story.instrument), formulary, product=session.product.key)
        if told
        else None,
    }


def _row(row: Compared, formulary: Formulary) -> ShownPlace:
    parts = []
    if row.sites_changed:
        number = signed(Decimal(row.sites_changed))
        parts.append(ngettext("%(n)s site", "%(n)s sites", abs(row.sites_changed)) % {"n": number})
    if row.units_changed:
        parts.append(f"{signed(row.units_changed)} U")
    return ShownPlace(
        name=place_name(row.muscle, "", formulary),
        side=row.side,
        first=dose_words(row.first),
        second=dose_words(row.second),
        change=", ".join(parts),
        is_same=row.is_same,
    )
