"""How a draft session differs from last time, from its plan and from the protocol, muscle by muscle."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from treatments.differences import differences
from treatments.formulary import Formulary, Point
from treatments.models import InjectionSession, Plan, SessionSite
from treatments.plan_sites import SiteDraft, drafts_of, protocol_site_drafts
from treatments.previous import comparable, last_session
from treatments.views.plan_page import difference_words, place_words, protocol_against, protocol_of


def against(session: InjectionSession, sites: Iterable[SessionSite], formulary: Formulary) -> dict[str, Any]:
    """Return what a draft is held against, and a row for each muscle and side that differs from any of it."""
    plan, product = session.plan, session.product.key
    before = last_session(plan)
    last, protocol = comparable(before, product), protocol_against(plan, product)
    compared: dict[str, tuple[SiteDraft, ...]] = {}
    if plan.product.key == product:
        compared["plan"] = drafts_of(plan)
    if last is not None:
        compared["last"] = drafts_of(last)
    if protocol is not None:
        compared["protocol"] = protocol_site_drafts(protocol, formulary)
    now = [_draft(site) for site in sites]
    found = {name: {one.place: one for one in differences(now, before)} for name, before in compared.items()}
    places = dict.fromkeys(place for by_place in found.values() for place in by_place)
    return {
        "last": last,
        "has_plan": "plan" in compared,
        "others": _others(plan, before, product),
        "has_protocol": protocol is not None,
        "rows": [
            {"place": place_words(place, formulary)}
            | {name: difference_words(found[name].get(place)) for name in compared}
            for place in places
        ],
    }


def _others(plan: Plan, before: InjectionSession | None, product: str) -> list[str]:
    """Return what cannot be compared with a session, being in units of another product."""
    protocol = protocol_of(plan)
    found = {
        _("last time"): before.product.key if before else product,
        _("the plan"): plan.product.key,
        _("the protocol"): protocol.product if protocol else product,
    }
    return [name for name, other in found.items() if other != product]


def _draft(site: SessionSite) -> SiteDraft:
    return SiteDraft(site.muscle.key, site.side, site.units, Point(site.figure, site.x, site.y))
