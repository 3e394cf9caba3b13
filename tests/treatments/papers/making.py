"""An invented session whose patient, notes and doctors are written in three scripts, and the papers made from it."""

from datetime import datetime
from typing import Any

from clinic.staff.models import User
from tests.treatments.sessions import REASON, an_active_plan, checked, prepared, signed, some_vials
from treatments.models import InjectionSession
from treatments.session_refusals import ReasonsMissing
from treatments.views.session_common import WITH

GUJARATI, HINDI = "મીનાબેન ત્રિવેદી", "क्षितिज श्रीवास्तव"
NOTE = f"Both scripts: {GUJARATI}, {HINDI}; and Latin."


def a_signed_session(by: User, now: datetime, **facts: Any) -> InjectionSession:
    """A signed PREEMPT session; `sites`, `note` and facts of the patient may be named."""
    note, sites = facts.pop("note", ""), facts.pop("sites", None)
    session = checked(an_active_plan(by, now, sites=sites, **facts), by, now)
    prepared(session, some_vials(by, now, units="200", count=2 if sites else 1), by, now)
    InjectionSession.objects.filter(pk=session.pk).update(note=note)
    session.refresh_from_db()
    try:
        session = signed(session, by, now)
    except ReasonsMissing as owed:
        session = signed(session, by, now, reasons={finding.key: REASON for finding in owed.findings})
    return as_read(session)


def as_read(session: InjectionSession) -> InjectionSession:
    """The session as its pages find it."""
    found: InjectionSession = InjectionSession.objects.select_related(*WITH).get(pk=session.pk)
    return found


def a_paper(**content: Any) -> dict[str, Any]:
    """A sheet that needs no record: what is said of a session, the least of it."""
    words = ("chart", "given", "from_what", "asked", "findings", "no_findings", "addenda")
    table = {"head": ["Muscle", "Side", "Sites", "At each", "Given", "mL"], "rows": [], "foot": [""] * 6}
    patient = {
        "name": "Meenal",
        "is_long": False,
        "lang": "en",
        "number": "Record no. 1001",
        "facts": ["Record no. 1001"],
    }
    empty: dict[str, Any] = {
        key: [] for key in ("notices", "facts", "figures", "from_what", "asked", "findings", "addenda")
    }
    return {
        "kind": "session_sheet", "title": "Injection session", "lang": "en", "patient": patient,
        "clinic": {"name": "Clinic", "lines": []}, "about": "", "made": "Made", "page": "Page {page} of {pages}",
        **empty, "legend": {"note": "", "sides": []}, "total": "", "injections": table, "asked_at": "",
        "findings_aside": "", "signed": "", "words": {word: word for word in words}, **content,
    }  # fmt: skip
