"""How a draft session differs from last time, from its plan and from the protocol, muscle by muscle."""

from collections.abc import Iterable
from typing import Any

from treatments.differences import differences
from treatments.formulary import Formulary, Point
from treatments.models import InjectionSession, SessionSite
from treatments.plan_sites import SiteDraft, drafts_of, protocol_site_drafts
from treatments.previous import last_session
from treatments.views.plan_page import difference_words, place_words, protocol_of


def against(session: InjectionSession, sites: Iterable[SessionSite], formulary: Formulary) -> dict[str, Any]:
    """Return what a draft is held against, and a row for each muscle and side that differs from any of it."""
    last, protocol = last_session(session.plan), protocol_of(session.plan)
    compared: dict[str, tuple[SiteDraft, ...]] = {"plan": drafts_of(session.plan)}
    if last is not None:
        compared["last"] = drafts_of(last)
    if protocol is not None:
        compared["protocol"] = protocol_site_drafts(protocol, formulary)
    now = [_draft(site) for site in sites]
    found = {name: {one.place: one for one in differences(now, before)} for name, before in compared.items()}
    places = dict.fromkeys(place for by_place in found.values() for place in by_place)
    return {
        "last": last,
        "has_protocol": protocol is not None,
        "rows": [
            {"place": place_words(place, formulary)}
            | {name: difference_words(found[name].get(place)) for name in compared}
            for place in places
        ],
    }


def _draft(site: SessionSite) -> SiteDraft:
    return SiteDraft(site.muscle.key, site.side, site.units, Point(site.figure, site.x, site.y))
