"""A signature: who signs, in what way, and whether what was drawn is one. Pure.

A signature by hand is kept as its strokes: each a list of points (x, y), whole numbers on a pad of `PAD`.

Source: docs/sources.md#consent
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from patients.birth import Age

Point = tuple[int, int]
Stroke = tuple[Point, ...]
How = Literal["typed", "drawn", "witnessed"]
Signer = Literal["patient", "guardian"]

PAD: Final = (600, 200)
"""Width and height of the pad, in its own units whatever the screen."""
MOST_STROKES: Final = 200
MOST_POINTS: Final = 5_000
LEAST_SIZE: Final = 20
"""A mark smaller than this in both directions is a slip of the finger."""
LONGEST: Final = 150_000
"""Characters that are read at all."""
ADULT_YEARS: Final = 18
"""Who is younger does not consent alone."""


class NotASignature(Exception):
    """What was sent as drawn is none: it cannot be read, or is too small or too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed, and how. `relation` is a guardian's to the patient; `witness` saw it read aloud and agreed to."""

    name: str
    signer: Signer = "patient"
    relation: str = ""
    witness: str = ""
    strokes: tuple[Stroke, ...] = ()

    @property
    def how(self) -> How:
        """A witness outranks a drawing: somebody who cannot write may have drawn a mark."""
        if self.witness:
            return "witnessed"
        return "drawn" if self.strokes else "typed"


def read_strokes(sent: str) -> tuple[Stroke, ...]:
    """Return the strokes of a pad as the page sent them; none where nothing was drawn.

    Raises:
        NotASignature.

    """
    if not sent:
        return ()
    if len(sent) > LONGEST:
        raise NotASignature
    try:
        found = tuple(_stroke(one) for one in _listed(json.loads(sent)))
    except (ValueError, TypeError, RecursionError) as error:
        raise NotASignature from error
    if not found:
        return ()
    points = [point for stroke in found for point in stroke]
    if len(found) > MOST_STROKES or len(points) > MOST_POINTS or not _is_large_enough(points):
        raise NotASignature
    return found


def _listed(sent: object) -> Sequence[object]:
    if not isinstance(sent, list):
        raise TypeError
    return sent


def _stroke(sent: object) -> Stroke:
    return tuple(_point(one) for one in _listed(sent))


def _point(sent: object) -> Point:
    x, y = _listed(sent)
    if type(x) is not int or type(y) is not int:  # True is no place
        raise TypeError
    width, height = PAD
    return min(max(x, 0), width), min(max(y, 0), height)


def _is_large_enough(points: Sequence[Point]) -> bool:
    across, down = [x for x, _y in points], [y for _x, y in points]
    return bool(points) and max(max(across) - min(across), max(down) - min(down)) >= LEAST_SIZE


def is_minor(age: Age | None) -> bool:
    """Whether somebody is surely under age; of whom only the year is known, who may be of age is."""
    if age is None:
        return False
    return age.unit != "years" or age.oldest < ADULT_YEARS
