"""What the rules said, as a page shows it: translated, with the source, how sure it is, and the field for a reason."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, pgettext

from treatments.findings import UNVERIFIED, Finding, Level, Source
from treatments.formulary import Muscle
from treatments.muscles import side_finding
from treatments.places import href_of

UNANSWERED = ".unanswered"
CONFIDENCE = {
    "label": gettext_lazy("product label"),
    "guideline": gettext_lazy("guideline"),
    "published trial": gettext_lazy("published trial"),
    "common practice": gettext_lazy("common practice"),
    "clinic": gettext_lazy("the clinic's own figure"),
    "unverified": gettext_lazy("not confirmed"),
}
CHECKED = {
    "two_sources": gettext_lazy("two sources agree"),
    "one_source": gettext_lazy("one source"),
    "unverified": gettext_lazy("not confirmed yet"),
}


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding for `components/finding.html`."""

    rule: str
    level: str
    text: str
    detail: str
    source: str
    key: str
    href: str = ""
    place: str = ""
    further: tuple["ShownSource", ...] = ()
    reason: str = ""
    reason_field: Any = None


@dataclass(frozen=True, slots=True)
class ShownSource:
    """Where a number comes from, for `treatments/_source.html`."""

    text: str
    confidence: str
    checked: str
    is_unverified: bool
    href: str = ""
    place: str = ""
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class ShownFindings:
    """All of them for `components/findings.html`: what asks for attention worst first, and what is clear."""

    open: tuple[ShownFinding, ...]
    unanswered: tuple[ShownFinding, ...]
    clear: tuple[ShownFinding, ...]
    stops: int
    overrides: int
    warnings: int


def shown_findings(
    findings: Iterable[Finding],
    *,
    reasons: Mapping[str, str] | None = None,
    field_of: Callable[[Finding], Any] | None = None,
    fold_unanswered: bool = False,
) -> ShownFindings:
    """Return findings for a page. `field_of` gives an override the bound field for its reason.

    `fold_unanswered` puts warnings about questions nobody answered in a list of their own.
    """
    rows = sorted(findings, key=lambda found: -found.level.rank)
    given = reasons or {}

    def shown(found: Finding) -> ShownFinding:
        asks = field_of is not None and found.level is Level.OVERRIDE
        return shown_finding(
            found, reason=given.get(found.key, ""), reason_field=field_of(found) if asks and field_of else None
        )

    def is_folded(found: Finding) -> bool:
        return fold_unanswered and found.level is Level.WARN and found.wording.code.endswith(UNANSWERED)

    return ShownFindings(
        open=tuple(shown(found) for found in rows if found.level is not Level.OK and not is_folded(found)),
        unanswered=tuple(shown(found) for found in rows if is_folded(found)),
        clear=tuple(shown(found) for found in rows if found.level is Level.OK),
        stops=sum(found.level is Level.BLOCK for found in rows),
        overrides=sum(found.level is Level.OVERRIDE for found in rows),
        warnings=sum(found.level is Level.WARN for found in rows),
    )


def shown_finding(found: Finding, *, reason: str = "", reason_field: Any = None) -> ShownFinding:
    """Return one finding in the reader's language."""
    return ShownFinding(
        rule=found.rule,
        level=found.level.value,
        text=words(found.wording.headline, found),
        detail=words(found.wording.detail, found),
        source=source_line(found.source),
        key=found.key,
        href=href_of(found.source.place),
        place=found.source.place,
        further=further_of(found),
        reason=reason,
        reason_field=reason_field,
    )


def words(template: str, found: Finding) -> str:
    """Return a wording in the reader's language, its values filled in."""
    return gettext(template).format(**found.shown) if template else ""


def source_line(source: Source) -> str:
    """Return where a number comes from and how sure it is, on one line: "Botox label · product label · one source"."""
    shown = shown_source(source)
    confidence = "" if source.confidence == source.checked == UNVERIFIED else shown.confidence  # said once
    parts = (shown.text, confidence, "" if shown.confirmed else shown.checked, shown.confirmed)
    return " · ".join(dict.fromkeys(part for part in parts if part))


def shown_source(source: Source) -> ShownSource:
    """Return a source for a page, with the address of its value in the catalogue."""
    is_confirmed = bool(source.confirmed_by)
    confidence = "" if is_confirmed and source.confidence == UNVERIFIED else source.confidence
    return ShownSource(
        text=source.text or pgettext("source", "not stated"),
        confidence=str(CONFIDENCE.get(confidence, confidence)),
        checked="" if is_confirmed else str(CHECKED.get(source.checked, source.checked)),
        is_unverified=source.is_unverified,
        href=href_of(source.place),
        place=source.place,
        confirmed=confirmed_words(source.confirmed_by, source.confirmed_on),
    )


def further_of(found: Finding) -> tuple[ShownSource, ...]:
    """Return where the other numbers of a finding stand in the catalogue."""
    return tuple(shown_source(source) for source in found.further if source.place)


def confirmed_words(by: str, on: str) -> str:
    """Return "confirmed by Dr Asha Rao on 25 Nov 2026"; empty where nobody confirmed it."""
    if not by:
        return ""
    day = date_format(date.fromisoformat(on)) if on else ""
    return gettext("confirmed by %(by)s on %(day)s") % {"by": by, "day": day}


def side_settled(muscle: Muscle, chosen: str) -> str:
    """Say that a side was dropped, because its muscle has none (R24): "Procerus lies in the midline; ..."; else ""."""
    found = side_finding(muscle, chosen)
    if found.level is not Level.WARN:
        return ""
    return f"{words(found.wording.headline, found)}. {words(found.wording.detail, found)}"
