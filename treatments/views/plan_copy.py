"""What a plan's table starts from on the page: as it is kept, as it was given last time, or as its protocol has it."""

from dataclasses import dataclass

from treatments.formulary import Formulary
from treatments.models import InjectionSession, Plan
from treatments.plan_sites import SiteDraft, drafts_of, protocol_site_drafts
from treatments.previous import last_session
from treatments.views.plan_page import protocol_of

LAST, PROTOCOL = "last", "protocol"


@dataclass(frozen=True, slots=True)
class Start:
    """Sites to fill the table with, whose points further saves keep; `last` is the session it is held against."""

    name: str
    sites: tuple[SiteDraft, ...]
    last: InjectionSession | None
    product: str = ""
    may_take_protocol: bool = False


def start_of(plan: Plan, asked: str, formulary: Formulary) -> Start:
    """Return what was asked for where there is such a thing, else the plan as it is kept."""
    last, protocol = last_session(plan), protocol_of(plan)
    may = protocol is not None
    if asked == LAST and last is not None:
        return Start(LAST, drafts_of(last), last, last.product.key, may)
    if asked == PROTOCOL and protocol is not None:
        return Start(PROTOCOL, protocol_site_drafts(protocol, formulary), last, protocol.product, may)
    return Start("", drafts_of(plan), last, "", may)
