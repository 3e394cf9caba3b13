"""A patient's own scores, as the patient reads them: the plot, the same numbers as a table, and a sentence.

Only what patients rate themselves and what has plain words here; no window, no estimate, no dose: what those mean is
said by the clinician.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from treatments import plotting
from treatments.diary import COUNTED
from treatments.formulary import Formulary
from treatments.models import InjectionSession, Score
from treatments.quantities import show_number

NAMES: Final[Mapping[str, Any]] = {
    "nrs": _("Pain, 0 to 10"),
    "neck_pain_nrs": _("Neck pain, 0 to 10"),
    COUNTED: _("Headache days in 4 weeks"),
}
SCORES_SHOWN: Final = 60
VISITS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class OwnScores:
    """One scale: its name, what to draw, and the rows of its table, the newest first."""

    key: str
    name: Any
    plot: plotting.Plot
    rows: tuple[tuple[date, str], ...]
    newest: tuple[date, str]
    lowest: tuple[date, str]


def own_scores(patient_id: int, *, today: date, formulary: Formulary) -> list[OwnScores]:
    """Return the scales a patient has scores on, for two queries whatever their number."""
    rows = Score.objects.standing().filter(patient_id=patient_id, instrument__key__in=NAMES)
    by_key: dict[str, list[Score]] = defaultdict(list)
    for row in rows.select_related("instrument").order_by("-taken_on", "-id")[: SCORES_SHOWN * len(NAMES)]:
        by_key[row.instrument.key].append(row)
    sessions = InjectionSession.objects.filter(patient_id=patient_id, signed_at__isnull=False, void__isnull=True)
    days = sessions.order_by("-injected_on").values_list("injected_on", flat=True)[:VISITS_SHOWN]
    treated = sorted({day for day in days if day is not None}) if by_key else []
    return [_shown(key, by_key[key][:SCORES_SHOWN], treated, today, formulary) for key in NAMES if key in by_key]


def _shown(key: str, scores: list[Score], treated: list[date], today: date, formulary: Formulary) -> OwnScores:
    instrument = formulary.instruments.get(key)
    first = min(score.taken_on for score in scores)
    rows = tuple((score.taken_on, show_number(score.value)) for score in scores)
    lowest = min(scores, key=lambda score: (score.value, -score.taken_on.toordinal()))
    plot = plotting.draw(
        scores=[
            plotting.Measured(one.taken_on, one.value, one is scores[0] or one is lowest) for one in reversed(scores)
        ],
        sessions=[plotting.Injected(on=day) for day in treated if day >= first],
        lowest=instrument.lowest if instrument else None,
        highest=instrument.highest if instrument else None,
        today=today,
    )
    return OwnScores(key, NAMES[key], plot, rows, rows[0], (lowest.taken_on, show_number(lowest.value)))
