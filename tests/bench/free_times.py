"""Free times by the product, and the plain SQL that gives the same answer."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling import availability
from scheduling.models import AppointmentType

ROUNDS, WARM_UP = 21, 3
Answer = list[tuple[datetime, int, int]]

SQL = """
WITH days AS (
    SELECT d::date AS day FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') d
    WHERE NOT EXISTS (SELECT 1 FROM locations_closure c WHERE c.location_id = %(location)s AND c."on" = d::date)
), works AS (
    SELECT clinician_id,
        range_agg(tstzrange((day + starts) AT TIME ZONE %(zone)s, (day + ends) AT TIME ZONE %(zone)s)) AS at
    FROM (
        SELECT clinician_id, day, starts, ends FROM days JOIN scheduling_providerhours h
            ON h.weekday = extract(isodow FROM day) - 1 AND h.location_id = %(location)s
            AND h.clinician_id = ANY(%(people)s)
            AND (valid_from IS NULL OR valid_from <= day) AND (valid_until IS NULL OR valid_until >= day)
        UNION ALL
        SELECT clinician_id, day, starts, ends FROM days JOIN scheduling_extrahours e ON e."on" = day
            AND e.location_id = %(location)s AND e.clinician_id = ANY(%(people)s) AND taken_back_at IS NULL
    ) hours GROUP BY clinician_id
), away AS (
    SELECT clinician_id, range_agg(tstzrange((day + coalesce(starts, time '00:00')) AT TIME ZONE %(zone)s,
        CASE WHEN ends IS NULL THEN (day + 1)::timestamp AT TIME ZONE %(zone)s
             ELSE (day + ends) AT TIME ZONE %(zone)s END)) AS at
    FROM days JOIN scheduling_absence a ON day BETWEEN a.first_on AND a.last_on AND a.clinician_id = ANY(%(people)s)
        AND (a.location_id IS NULL OR a.location_id = %(location)s) AND taken_back_at IS NULL
    GROUP BY clinician_id
), visits AS MATERIALIZED (
    SELECT clinician_id, room_id, tstzrange(starts_at, occupied_until) AS at FROM scheduling_appointment
    WHERE state IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed')
        AND starts_at > %(start)s::timestamptz - interval '1 day' AND starts_at < %(end)s AND occupied_until > %(start)s
        AND (location_id = %(location)s OR clinician_id = ANY(%(people)s))
), held AS (
    SELECT clinician_id, range_agg(at) AS at FROM visits GROUP BY clinician_id
), rooms AS MATERIALIZED (
    SELECT r.id, r.name, coalesce(v.at, '{}'::tstzmultirange) AS at FROM locations_room r
    LEFT JOIN (SELECT room_id, range_agg(at) AS at FROM visits GROUP BY room_id) v ON v.room_id = r.id
    WHERE r.location_id = %(location)s AND r.is_active
), free AS (
    SELECT clinician_id, unnest(works.at - coalesce(away.at, '{}') - coalesce(held.at, '{}')) AS at
    FROM works LEFT JOIN away USING (clinician_id) LEFT JOIN held USING (clinician_id)
), starts AS MATERIALIZED (
    SELECT clinician_id, starts_at FROM free, LATERAL generate_series(
        date_bin('15 minutes', lower(at) + interval '15 minutes' - interval '1 microsecond', 'epoch'),
        upper(at) - %(need)s, interval '15 minutes') starts_at
    WHERE starts_at >= %(now)s
)
SELECT starts_at, clinician_id, room.id FROM starts
JOIN LATERAL (
    SELECT id FROM rooms WHERE NOT rooms.at && tstzrange(starts_at, starts_at + %(need)s) ORDER BY name LIMIT 1
) room ON true
JOIN staff_user u ON u.id = clinician_id
ORDER BY starts_at, u.full_name
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """The middle and the slow answer of each, ms; how many free times there are; how the database found the visits."""

    app: tuple[float, float]
    plain: tuple[float, float]
    found: int
    plan: str

    @property
    def ratio(self) -> float:
        """The product's time by plain SQL's."""
        return self.app[0] / self.plain[0]


def compare(location: Location, kind: AppointmentType, people: list[User], *, first: date, now: datetime) -> Compared:
    """Ask both by turns for four weeks; their answers must be the same."""
    last = first + timedelta(days=27)
    facts: dict[str, Any] = {
        "first": first, "last": last, "location": location.pk, "zone": location.time_zone,
        "people": [who.pk for who in people], "now": now,
        "start": datetime.combine(first, datetime.min.time(), location.zone),
        "end": datetime.combine(last + timedelta(days=1), datetime.min.time(), location.zone),
        "need": timedelta(minutes=kind.minutes + kind.after_buffer_minutes),
    }  # fmt: skip

    def app() -> Answer:
        times = availability.free_times(
            location=location, kind=kind, clinicians=people, first=first, last=last, now=now
        )
        return [(one.starts_at, one.clinician.pk, one.room.pk if one.room else 0) for one in times]

    def plain() -> Answer:
        with connection.cursor() as cursor:
            cursor.execute(SQL, facts)
            return cursor.fetchall()  # type: ignore[no-any-return]

    answer = app()
    if answer != plain():
        message = "the two answers differ"
        raise RuntimeError(message)
    taken: dict[Callable[[], Answer], list[float]] = {app: [], plain: []}
    for turn in range(WARM_UP + ROUNDS):
        for ask, times in taken.items():
            started = time.perf_counter()
            ask()
            if turn >= WARM_UP:
                times.append((time.perf_counter() - started) * 1000)
    return Compared(_middle_and_slow(taken[app]), _middle_and_slow(taken[plain]), len(answer), "")


def _middle_and_slow(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]
