"""The sheet of a signed session: what was given where, from what, what was asked and what the rules said."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clinic.staff.models import User
from treatments.findings import Level
from treatments.ledger import in_words
from treatments.models import Draw, Finding, InjectionSession, Void
from treatments.papers.figures import charted, legend
from treatments.papers.frame import NOTHING, day, framed, moment, signed_words
from treatments.papers.typesetting import Paper
from treatments.views.session import sheet_context

Pairs = list[tuple[str, str]]


def session_sheet(session: InjectionSession, *, by: User, now: datetime) -> Paper:
    """Return the sheet of a session."""
    shown = sheet_context(session)
    return framed(
        "session_sheet",
        _("Injection session"),
        patient=session.patient,
        location=session.location,
        by=by,
        now=now,
        about=f"{session.condition.name} · {day(session.injected_on)}",
        notices=notices_of(session, shown),
        facts=_facts(session),
        figures=charted(shown["figures"]),
        legend=legend(),
        total=" · ".join(part for part in (shown["total"], shown["total_ml"]) if part),
        injections=_injections(shown),
        from_what=_from_what(session, shown),
        asked=shown["asked"],
        asked_at=moment(session.checked_at, session.location.zone) if session.checked_at else "",
        findings=[_finding(one, session) for one in (*shown["open_findings"], *shown["reasons_before"])],
        findings_aside=_clear_words(len(shown["clear_findings"]), session),
        addenda=[
            {"text": one.text, "by": f"{one.by.full_name}, {moment(one.at, session.location.zone)}"}
            for one in shown["addenda"]
        ],
        signed=signed_words(session.signed_by, session.signed_at, session.location.zone),
        words={
            "chart": _("Body chart"),
            "given": _("What was injected"),
            "from_what": _("From what"),
            "asked": _("Day-of check"),
            "findings": _("Findings at the signature"),
            "no_findings": _("Nothing asked for attention."),
            "addenda": _("Addenda"),
        },
    )


def notices_of(session: InjectionSession, shown: dict[str, Any]) -> list[dict[str, str]]:
    """Return what must be seen before anything else on the sheet."""
    found = []
    void: Void | None = shown["void"]
    if void is not None:
        words = (
            f"{void.get_kind_display()}. {void.reason} ({void.by.full_name}, {moment(void.at, session.location.zone)})"
        )
        found.append({"tone": "stop", "lead": _("VOIDED."), "text": words})
    if session.is_late_entry:
        found.append({"tone": "due", "lead": _("Late entry."), "text": _late_words(session)})
    if session.given_despite:
        rules = " ".join(f"{one.rule}: {one.text}" for one in shown["incidents"])
        statement = _("The clinician\u2019s statement: %(statement)s") % {"statement": session.given_despite}
        found.append({"tone": "stop", "lead": _("Given despite a stop."), "text": f"{rules}\n{statement}".strip()})
    return found


def _late_words(session: InjectionSession) -> str:
    zone, by = session.location.zone, session.signed_by
    words = _("Given on %(given)s; typed in and signed by %(by)s on %(on)s. %(reason)s")
    return words % {
        "given": moment(session.injected_at, zone) if session.injected_at else NOTHING,
        "by": by.full_name if by else NOTHING,
        "on": moment(session.signed_at, zone) if session.signed_at else NOTHING,
        "reason": session.late_entry_reason,
    }


def _facts(session: InjectionSession) -> Pairs:
    zone = session.location.zone
    return [
        (_("Injected"), moment(session.injected_at, zone) if session.injected_at else NOTHING),
        (_("Clinician"), session.clinician.full_name),
        (_("Condition"), session.condition.name),
        (_("Assistant"), session.assistant.full_name if session.assistant else session.assistant_name or NOTHING),
        (_("Product"), session.product.name),
        (_("Where"), session.location.name),
        (_("Guidance"), session.get_guidance_display() or NOTHING),
        (_("Needle"), session.needle or NOTHING),
        (_("Pain, 0 to 10"), NOTHING if session.pain_nrs is None else str(session.pain_nrs)),
        (_("Aftercare sheet"), _("given") if session.aftercare_given else _("not given")),
    ]


def _injections(shown: dict[str, Any]) -> dict[str, Any]:
    head = [_("Muscle"), _("Side"), _("Sites"), _("At each"), _("Given"), _("mL")]
    rows = [
        [_muscle(row), str(row["side_word"]), str(row["count"]), row["each_words"], row["units_words"], row["ml"]]
        for row in shown["injections"]
    ]
    foot = [_("Total"), "", str(shown["site_count"]), "", shown["total"], shown["total_ml"]]
    return {"head": head, "rows": rows, "foot": foot}


def _muscle(row: dict[str, Any]) -> str:
    if not row["made"]:
        return str(row["muscle"])
    return f"{row['muscle']}, " + _("from preparation %(number)s") % {"number": row["made"]}


def _from_what(session: InjectionSession, shown: dict[str, Any]) -> Pairs:
    zone, made = session.location.zone, shown["made"]
    pairs: Pairs = []
    for item in made:
        label = _("Preparation %(number)s") % {"number": item["number"]} if len(made) > 1 else _("Made up")
        at = moment(item["made"].reconstituted_at, zone)
        held = _("%(units)s units in %(ml)s mL") % {"units": item["units"], "ml": item["diluent_ml"]}
        by, diluent = item["made"].made_by.full_name, item["made"].get_diluent_display()
        pairs.append(
            (label, f"{at}, {by}: {held}, {diluent}".replace(" mL", "\u00a0mL").replace(" units", "\u00a0units"))
        )
    draws: list[Draw] = shown["draws"]
    pairs += [
        (
            _("Lot %(lot)s, vial %(vial)s") % {"lot": one.vial.lot.number, "vial": one.vial.label},
            f"{in_words(one)}; " + _("expires %(day)s") % {"day": day(one.vial.lot.expires_on)},
        )
        for one in draws
    ]
    pairs.append((_("Immediate reaction"), session.immediate_reaction or NOTHING))
    if session.note:
        pairs.append((_("Note"), session.note))
    return pairs


def level_words(level: str) -> str:
    """Say how grave a finding is."""
    return {
        Level.BLOCK.value: pgettext("finding", "Stop"),
        Level.OVERRIDE.value: _("Override"),
        Level.WARN.value: _("Warning"),
        Level.OK_WITH_NOTE.value: pgettext("finding", "Note"),
    }.get(level, pgettext("finding", "Clear"))


def _finding(one: Finding, session: InjectionSession) -> dict[str, str]:
    by = ""
    if one.reason_by and one.reason_at:
        by = f"{one.reason_by.full_name}, {moment(one.reason_at, session.location.zone)}"
    return {
        "level": level_words(one.level),
        "text": one.text,
        "source": " · ".join(part for part in (one.rule, one.source) if part),
        "reason": one.reason,
        "reason_lead": _("Reason, kept on the record:"),
        "reason_by": by,
    }


def _clear_words(clear: int, session: InjectionSession) -> str:
    words = _("rules version %(n)s") % {"n": session.rules.number}
    if not clear:
        return words
    return ngettext("%(n)s finding clear", "%(n)s findings clear", clear) % {"n": clear} + " · " + words
