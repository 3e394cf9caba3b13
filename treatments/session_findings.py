"""What the rules said of a session, kept as rows: each gate's own, with the clinician's reason beside each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from clinic.staff.models import User
from treatments.findings import Finding as Found
from treatments.models import Finding, InjectionSession
from treatments.models.findings import Gate

SOURCE_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a finding was overridden, by whom and when."""

    text: str
    by: User
    at: datetime


def reasons_of(session: InjectionSession) -> dict[str, Reason]:
    """Return the reasons given so far for this session, by the key of what they answer, the latest gate's last."""
    rows = session.findings.exclude(reason="").select_related("reason_by").order_by("reason_at", "id")
    return {
        row.key: Reason(row.reason, row.reason_by, row.reason_at) for row in rows if row.reason_by and row.reason_at
    }


def merged(before: Mapping[str, Reason], typed: Mapping[str, str], *, by: User, now: datetime) -> dict[str, Reason]:
    """Return the reasons with what was typed now over them; the same words keep their author and time."""
    kept = dict(before)
    for key, text in typed.items():
        words = text.strip()
        if not words:
            kept.pop(key, None)
        elif key not in kept or kept[key].text != words:
            kept[key] = Reason(words, by, now)
    return kept


def texts(reasons: Mapping[str, Reason]) -> dict[str, str]:
    """Return the words alone, as the gates ask for them."""
    return {key: reason.text for key, reason in reasons.items()}


def keep_findings(
    session: InjectionSession, gate: Gate, findings: Iterable[Found], reasons: Mapping[str, Reason], *, now: datetime
) -> list[Finding]:
    """Replace what is kept of a gate by what the rules say now. The session must not be signed."""
    session.findings.filter(gate=gate).delete()
    rows = []
    for found in findings:
        reason = reasons.get(found.key)
        rows.append(
            Finding(
                session=session,
                gate=gate,
                rule=found.rule,
                subject=found.subject,
                code=found.wording.code,
                level=found.level.value,
                text=found.text,
                source=found.source.text[:SOURCE_LENGTH],
                source_place=found.source.place,
                rules_version=session.rules.number,
                reason=reason.text if reason else "",
                reason_by=reason.by if reason else None,
                reason_at=reason.at if reason else None,
                found_at=now,
            )
        )
    return Finding.objects.bulk_create(rows)


def keep_reasons(
    session: InjectionSession, findings: Iterable[Found], reasons: Mapping[str, Reason], *, now: datetime
) -> None:
    """Keep with a draft what was typed against the findings of its signature: those that have a reason, no others."""
    answered = [found for found in findings if found.key in reasons]
    keep_findings(session, Gate.SIGNING, answered, reasons, now=now)
