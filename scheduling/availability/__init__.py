"""Free times, in one place: what the pages offer and what the deeds allow come from the same rows and the same rules.

`supply` says when people work and what they give where, `taken` what is held by now; `asking` finds what is free for
the desk and for patients, `refusing` says why a visit cannot be where it is asked for.
"""

from scheduling.availability.asking import (
    GRID_MINUTES,
    FreeTime,
    as_then,
    first_free,
    for_patients,
    free_times,
    most_like,
)
from scheduling.availability.reach import Reach, reach_of
from scheduling.availability.refusing import against_time, why_not
from scheduling.availability.supply import clinicians_at, clinicians_giving, treating_at, working_spans

__all__ = (
    "GRID_MINUTES",
    "FreeTime",
    "Reach",
    "against_time",
    "as_then",
    "clinicians_at",
    "clinicians_giving",
    "first_free",
    "for_patients",
    "free_times",
    "most_like",
    "reach_of",
    "treating_at",
    "why_not",
    "working_spans",
)
