"""The effect window in words: about how long, its range, from how many cycles, how they are known."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from treatments.effect import EndStatus
from treatments.models import WindowByHand
from treatments.quantities import show_number

HALF = Decimal("0.5")
END_WORDS = {
    EndStatus.OBSERVED: gettext_lazy("seen in the scores"),
    EndStatus.CENSORED: gettext_lazy("not yet over at the last score"),
    EndStatus.REPORTED: gettext_lazy("said by the patient"),
    EndStatus.NO_EFFECT: gettext_lazy("no effect"),
    EndStatus.NO_SCORES: gettext_lazy("too few scores"),
    EndStatus.NO_MEASURE: gettext_lazy("no measure for this condition"),
}


def in_words(*, weeks: Decimal, low: Decimal, high: Decimal, n: int, statuses: Iterable[EndStatus]) -> str:
    """Return "about 11 weeks, 9.5 to 12, from 2 cycles: seen in the scores": never a decimal as a certainty.

    Whole weeks; the range in halves, outwards, so that it holds what was found and the figure said.
    """
    about = weeks.quantize(Decimal(1), ROUND_HALF_UP)
    lowest = min(about, (low / HALF).quantize(Decimal(1), ROUND_FLOOR) * HALF)
    highest = max(about, (high / HALF).quantize(Decimal(1), ROUND_CEILING) * HALF)
    said = _("about %(weeks)s weeks") % {"weeks": show_number(about)}
    if lowest != highest:
        said = _("%(said)s, %(low)s to %(high)s") % {
            "said": said,
            "low": show_number(lowest),
            "high": show_number(highest),
        }
    if not n:
        return _("%(said)s: usual in this condition, no cycle tells yet") % {"said": said}
    known = "; ".join(str(END_WORDS[status]) for status in dict.fromkeys(statuses))
    cycles = ngettext("%(n)s cycle", "%(n)s cycles", n) % {"n": n}
    return _("%(said)s, from %(cycles)s: %(known)s") % {"said": said, "cycles": cycles, "known": known}


def by_hand_in_words(window: WindowByHand) -> str:
    """Return "day 98" or "16 weeks", as it was set."""
    if window.end_day is not None:
        return _("day %(day)s") % {"day": window.end_day}
    return f"{window.interval_value} {window.get_interval_unit_display()}"
