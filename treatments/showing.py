"""What the rules said, as a page shows it: translated, with the source, how sure it is, and the field for a reason."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from treatments.findings import Finding, Level, Source

UNANSWERED = ".unanswered"
CONFIDENCE = {
    "label": _("product label"),
    "guideline": _("guideline"),
    "published trial": _("published trial"),
    "common practice": _("common practice"),
    "unverified": _("not confirmed"),
}
CHECKED = {
    "two_sources": _("two sources agree"),
    "one_source": _("one source"),
    "unverified": _("not confirmed yet"),
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
    reason: str = ""
    reason_field: Any = None


@dataclass(frozen=True, slots=True)
class ShownSource:
    """Where a number comes from, for `treatments/_source.html`."""

    text: str
    confidence: str
    checked: str
    is_unverified: bool


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
        reason=reason,
        reason_field=reason_field,
    )


def words(template: str, found: Finding) -> str:
    """Return a wording in the reader's language, its values filled in."""
    return gettext(template).format(**found.shown) if template else ""


def source_line(source: Source) -> str:
    """Return where a number comes from and how sure it is, on one line: "Botox label · product label · one source"."""
    shown = shown_source(source)
    confidence = "" if source.confidence == source.checked == "unverified" else shown.confidence  # said once
    return " · ".join(dict.fromkeys(part for part in (shown.text, confidence, shown.checked) if part))


def shown_source(source: Source) -> ShownSource:
    """Return a source for a page."""
    return ShownSource(
        text=source.text or pgettext("source", "not stated"),
        confidence=str(CONFIDENCE.get(source.confidence, source.confidence)),
        checked=str(CHECKED.get(source.checked, source.checked)),
        is_unverified=source.is_unverified,
    )
