"""Discard a draft that was not given: nothing of it stays in the way, and what stood on it stays readable.

No units were drawn before a signature, so none go back. What was opened cannot be closed again: it is left for another
use, or closed now as wastage with its reason and who saw it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from clinic.audit.trail import record
from clinic.staff.models import User
from treatments.models import DiscardedDraft, InjectionSession, Vial
from treatments.session_made import made_of
from treatments.session_refusals import DraftInUse, SessionSigned, WastageUnexplained
from treatments.stocking import close_vials


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """What happens to the vials opened for the draft."""

    is_wasted: bool
    witness: User | None = None


@transaction.atomic
def discard_draft(
    *, session: InjectionSession, reason: str, leftover: Leftover, by: User, now: datetime
) -> DiscardedDraft:
    """Discard a draft with a reason; its opened vials are left for another use, or closed as wastage.

    Raises:
        SessionSigned: it is frozen: a void is the way.
        WastageUnexplained: there is no reason.
        DraftInUse: something else in the record points at it.
    """
    locked: InjectionSession = (
        InjectionSession.objects.select_related("patient", "plan").select_for_update(of=("self",)).get(pk=session.pk)
    )
    if locked.is_signed:
        raise SessionSigned
    if not reason.strip():
        raise WastageUnexplained
    kept = DiscardedDraft.objects.create(
        plan=locked.plan,
        session_public_id=locked.public_id,
        started_at=locked.started_at,
        by=by,
        at=now,
        reason=reason.strip(),
        contents=contents_of(locked),
    )
    vials = opened_for(locked)
    record(by=by, verb="session.discarded", thing=locked, patient=locked.patient, detail={"vials": len(vials)})
    locked.sites.all().delete()
    locked.uses.all().delete()
    locked.findings.all().delete()
    try:
        locked.delete()
    except ProtectedError as error:
        raise DraftInUse from error
    if leftover.is_wasted and vials:
        close_vials(vials=vials, reason=reason, by=by, now=now, witness=leftover.witness)
    return kept


def opened_for(session: InjectionSession) -> list[Vial]:
    """Return the vials of its preparations that are open and that no other session uses."""
    return [
        vial
        for one in made_of(session)
        if not one.row.sessions.exclude(pk=session.pk).exists()
        for vial in one.vials
        if vial.closed_at is None
    ]


def contents_of(session: InjectionSession) -> dict[str, Any]:
    """Return what stood on a draft: the day's answers, its sites, what was made up, how it was done."""
    return {
        "day_of_check": session.day_of_check,
        "sites": [
            [site.muscle.key, site.side, str(site.units), site.figure, str(site.x), str(site.y)]
            for site in session.sites.select_related("muscle")
        ],
        "preparations": [str(one.row.public_id) for one in made_of(session)],
        "how": {name: getattr(session, name) for name in ("needle", "guidance", "immediate_reaction", "note")},
        "reasons": [[row.rule, row.text, row.reason] for row in session.findings.exclude(reason="")],
    }
