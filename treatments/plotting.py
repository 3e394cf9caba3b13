"""Where everything on the plot of a plan stands: days and values in, numbers to draw out.

Pure: knows no colour, no word and no clinical number. Shapes are in the units of a box of WIDTH by HEIGHT: the scores
above, a strip with each session's effect window below.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from treatments.intervals import add_months

WIDTH, HEIGHT = 1180, 400
LEFT, RIGHT, TOP, BOTTOM = 44, 1164, 50, 320
STRIP_TOP, STRIP_HEIGHT = 352, 24
BEFORE, AFTER = timedelta(days=14), timedelta(days=21)
AFTER_PERCENT = 10
"""Room behind the last day, so that a label there stays on the plot."""
SPAN_AT_LEAST = timedelta(days=84)
LABEL_GAP = 76.0
"""Narrower than this two labels of sessions run into each other."""
LABEL_HALF = 13.0
"""Half of a value's width, with air."""
MONTH_GAP = 62.0
MONTH_STEPS = (1, 2, 3, 6, 12)
VALUE_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 250, 500, 1000)
MOST_STEPS = 6


@dataclass(frozen=True, slots=True)
class Measured:
    """One score; `is_named` has its value written beside it, `is_hollow` is an empty ring: it finds no end."""

    on: date
    value: Decimal
    is_named: bool = False
    is_hollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """One session and the days of its effect window; all but `on` are None where no window is known.

    `ended_on` is a day, seen or reported; the two `ends_` days are only estimated, a range about `estimated_on`.
    """

    on: date
    rises_on: date | None = None
    peaks_from_on: date | None = None
    peaks_until_on: date | None = None
    ended_on: date | None = None
    ends_from_on: date | None = None
    ends_until_on: date | None = None
    estimated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A score's place, and where its value is written: above it, and beside a session's line, never on it."""

    x: float
    y: float
    label_x: float
    label_y: float
    measured: Measured


@dataclass(frozen=True, slots=True)
class Strip:
    """A stretch of days as a rectangle."""

    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where a word on it stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMark:
    """A session's line, its number, and its window cut off at the next session."""

    x: float
    number: int
    is_labelled: bool
    injected: Injected
    rise: Strip | None
    peak: Strip | None
    fall: Strip | None
    wear_off: Strip | None
    end_x: float | None
    estimate_x: float | None

    @property
    def tip(self) -> str:
        """The triangle at the head of its line, as a path."""
        return f"M{self.x - 6:.1f} 32h12l-6 9Z"


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on the left edge."""

    y: float
    value: Decimal
    is_edge: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The first day of a month on the lower edge; the year is written with the first and with January."""

    x: float
    on: date
    has_year: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Everything to draw."""

    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    gaps: tuple[str, ...]
    sessions: tuple[SessionMark, ...]
    ticks: tuple[Tick, ...]
    months: tuple[Month, ...]
    today_x: float
    next_x: float | None


def draw(
    *,
    scores: Sequence[Measured],
    sessions: Sequence[Injected],
    lowest: Decimal | None,
    highest: Decimal | None,
    today: date,
    next_on: date | None = None,
) -> Plot:
    """Lay out scores and sessions, each in the order of their days, on one scale of days and one of values.

    Where the instrument has no end of its scale, the scale ends above the highest score.
    """
    first, last = _span([*_days(scores, sessions), today, *([next_on] if next_on else [])])
    low, high, step = _scale([score.value for score in scores], lowest, highest)

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first).days / (last - first).days, 1)

    def y(value: Decimal) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * float((value - low) / (high - low)), 1)

    lines_x = [x(session.on) for session in sessions]
    dots = tuple(
        Dot(
            x(score.on),
            y(score.value),
            _beside(x(score.on), lines_x),
            round(max(y(score.value) - 11, TOP - 4), 1),
            score,
        )
        for score in sorted(scores, key=lambda score: score.on)
    )
    lines, gaps = _joined(dots, [session.on for session in sessions])
    return Plot(
        dots=dots,
        lines=lines,
        gaps=gaps,
        sessions=_marks(sorted(sessions, key=lambda session: session.on), x),
        ticks=_ticks(low, high, step, y),
        months=_months(first, last, x),
        today_x=x(today),
        next_x=x(next_on) if next_on else None,
    )


def _days(scores: Sequence[Measured], sessions: Sequence[Injected]) -> list[date]:
    windows = (
        day
        for one in sessions
        for day in (one.on, one.peaks_until_on, one.ended_on, one.ends_until_on, one.estimated_on)
        if day
    )
    return [*(score.on for score in scores), *windows]


def _beside(place: float, lines: Sequence[float]) -> float:
    """Where a label is centred: off a line that it would cross, on the label's own side of it."""
    near = next((line for line in lines if abs(line - place) < LABEL_HALF), None)
    if near is None:
        return place
    return round(near - LABEL_HALF if place <= near else near + LABEL_HALF, 1)


def _span(days: Sequence[date]) -> tuple[date, date]:
    first, last = min(days) - BEFORE, max(days)
    return first, max(last + max(AFTER, (last - first) * AFTER_PERCENT // 100), first + SPAN_AT_LEAST)


def _scale(values: Sequence[Decimal], lowest: Decimal | None, highest: Decimal | None) -> tuple[Decimal, Decimal, int]:
    """The ends of the scale and the step of its ticks: the instrument's own, or round ones about the scores."""
    low = lowest if lowest is not None else min([Decimal(0), *values])
    top = highest if highest is not None else max([low + 1, *values])
    step = next((one for one in VALUE_STEPS if top - low <= one * MOST_STEPS), VALUE_STEPS[-1])
    high = top if highest is not None else low + -((low - top) // step) * step
    return low, high if high >= top else high + step, step


def _ticks(low: Decimal, high: Decimal, step: int, y: Callable[[Decimal], float]) -> tuple[Tick, ...]:
    """Ends and steps between; a step that would touch the upper end is left out."""
    values, value = [low], (low // step + 1) * step
    while value <= high - Decimal(step) * 3 / 4:
        values.append(value)
        value += step
    return tuple(Tick(y(one), one, is_edge=one in (low, high)) for one in [*values, high])


def _months(first: date, last: date, x: Callable[[date], float]) -> tuple[Month, ...]:
    per_month = (RIGHT - LEFT) / max(1.0, (last - first).days / 30.4)
    step = next((one for one in MONTH_STEPS if per_month * one >= MONTH_GAP), MONTH_STEPS[-1])
    day = add_months(first.replace(day=1), 1)
    while (day.month - 1) % step:
        day = add_months(day, 1)
    found: list[Month] = []
    while day <= last:
        has_year = not found or day.month == 1
        if x(day) <= RIGHT - (MONTH_GAP if has_year else MONTH_GAP / 2):  # its word stands to the right of its day
            found.append(Month(x(day), day, has_year=has_year))
        day = add_months(day, step)
    return tuple(found)


def _joined(dots: Sequence[Dot], sessions: Sequence[date]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths through the scores of one cycle, and the gaps over a session that lies between two scores."""
    runs: list[list[Dot]] = []
    gaps: list[str] = []
    for dot in dots:
        before = runs[-1][-1] if runs else None
        if before is None:
            runs.append([dot])
        elif any(before.measured.on <= day < dot.measured.on for day in sessions):
            gaps.append(_path([before, dot]))
            runs.append([dot])
        else:
            runs[-1].append(dot)
    return tuple(_path(run) for run in runs if len(run) > 1), tuple(gaps)


def _path(dots: Sequence[Dot]) -> str:
    return "M" + "L".join(f"{dot.x} {dot.y}" for dot in dots)


def _marks(sessions: Sequence[Injected], x: Callable[[date], float]) -> tuple[SessionMark, ...]:
    """Each session with its window; the latest is labelled, and of the others those with room for a label."""
    labelled: list[float] = []
    for session in reversed(sessions):
        if not labelled or labelled[-1] - x(session.on) >= LABEL_GAP:
            labelled.append(x(session.on))
    following = [*(session.on for session in sessions[1:]), None]
    return tuple(
        _mark(session, number, until, x, is_labelled=x(session.on) in labelled)
        for number, (session, until) in enumerate(
            zip(sessions, following, strict=False), start=1
        )  # none: None is left over
    )


def _mark(
    session: Injected, number: int, until: date | None, x: Callable[[date], float], *, is_labelled: bool
) -> SessionMark:
    def strip(start: date | None, end: date | None) -> Strip | None:
        if start is None or end is None:
            return None
        end = min(end, until) if until else end
        return Strip(x(start), round(x(end) - x(start), 1)) if end > start else None

    is_seen = session.ended_on is not None and (until is None or session.ended_on <= until)
    return SessionMark(
        x=x(session.on),
        number=number,
        is_labelled=is_labelled,
        injected=session,
        rise=strip(session.rises_on, session.peaks_from_on),
        peak=strip(session.peaks_from_on, session.peaks_until_on),
        fall=strip(session.peaks_until_on, session.ended_on or session.ends_from_on),
        wear_off=strip(session.ends_from_on, session.ends_until_on),
        end_x=x(session.ended_on) if session.ended_on and is_seen else None,
        estimate_x=x(session.estimated_on) if session.estimated_on else None,
    )
