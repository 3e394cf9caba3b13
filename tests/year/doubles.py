"""Second records: somebody is registered twice and the records are made one, or two people are and are parted again."""

import os
from datetime import datetime
from functools import partial
from uuid import uuid4

from patients import merging
from patients.merge_refusals import BothHave, Entangled, InTheWay
from patients.models import Merge, Patient
from tests.year.lives import Body, Life
from tests.year.visits import expect

SHARE = float(os.environ.get("YEAR_TWICE", "0.1"))
"""Of so many comes a second record; 1 shows in 150 patients what else takes thousands."""
MISTAKEN = 0.35
FROM = 10_000
"""A second record's number is its first one's and so much; its plans and visits have numbers of their own."""
PLANS_FROM, VISITS_FROM = 100, 1000
TRIES = 4


def arrange(double: Life, first: Life, now: datetime) -> None:
    """Let somebody notice, some time on; which of the two goes on is anybody's choice."""
    goes, stays = (double, first) if double.happens(0.7) else (first, double)
    double.in_days(now, 2, 90, partial(join, goes, stays, TRIES))


def join(goes: Life, stays: Life, tries: int, now: datetime) -> None:
    """Make two records one; where something is in the way it is tried again days later."""
    held = [one.condition for life in (goes, stays) for one in life.plans]
    if goes.is_dead or stays.is_dead or not tries or len(held) != len(set(held)):
        return
    merged, survivor = goes.reread(), stays.reread()
    taken = ("email",) if merged.email and not survivor.email else ()
    seen = (merged.version, survivor.version)
    try:
        joined = merging.merge(
            merged=merged, survivor=survivor, taken=taken, seen=seen, press=uuid4(), by=stays.place.desk, now=now
        )
    except (InTheWay, BothHave):
        goes.in_days(now, 3, 9, partial(join, goes, stays, tries - 1))
        return
    goes.note(now, "merged", into=stays.number, taken=taken)
    stays.plans += goes.plans
    stays.visits.update(goes.visits)
    goes.plans, goes.visits, goes.body, goes.patient = stays.plans, stays.visits, stays.body, stays.reread()
    _reread(stays)
    if goes.happens(MISTAKEN):
        goes.in_days(now, 0.2, 14, partial(part, goes, stays, joined))


def part(goes: Life, stays: Life, joined: Merge, now: datetime) -> None:
    """They were two people: each has their own plans and visits again."""
    if stays.is_dead:
        return
    try:
        merging.unmerge(joined=joined, by=stays.place.desk, now=now)
    except Entangled:
        return
    goes.note(now, "parted", **{"from": stays.number})
    goes.patient, goes.body = Patient.objects.get(pk=joined.merged_id), Body()
    _reread(stays)
    plans, visits = list(stays.plans), dict(stays.visits)
    for life in (goes, stays):
        life.plans = [one for one in plans if one.plan.patient_id == life.patient.pk]
        life.visits = {number: one for number, one in visits.items() if one.row.patient_id == life.patient.pk}
        for visit in list(life.visits.values()):
            if (visit.number > VISITS_FROM) != (life.number >= FROM):
                expect(life, now, visit)


def _reread(life: Life) -> None:
    life.reread()
    for treated in life.plans:
        for row in (treated.plan, *treated.sessions):
            row.refresh_from_db()
    for visit in life.visits.values():
        visit.row.refresh_from_db()
