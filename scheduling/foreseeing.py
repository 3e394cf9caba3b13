"""What a change of policy will do, counted from the rows themselves before anything is saved.

What a follow-up should owe depends on its place, its condition, two days and the letters there are; follow-ups alike in
all of these are one row of the question, so the pure rules are asked some thousand times, however many patients wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from clinic.locations.models import Location
from scheduling import following_up, policies, timing
from scheduling.changes import Standing, Written, change, waiting
from scheduling.models import Appointment, AppointmentType
from scheduling.policies import CHANGES, FOR_ALL, Policies, VisitRules
from scheduling.replanning.targets import of_visits
from scheduling.timing import Place

BATCH = 2000
# A letter to another person went to a record that was made one with theirs, or two again: what went counts.
ALIKE = """
    SELECT location_id, key, book_by_on, reminder_on, is_mailed, letters, count(*)
    FROM (
        SELECT f.location_id, c.key, f.book_by_on, f.reminder_on, f."where" = %(mailed)s AS is_mailed,
            array_agg(
                l.step || ' ' || CASE
                    WHEN l.state IN ('queued', 'held')
                        AND (l.attempt = 0 OR l.reason = %(put_off)s) THEN 'waiting'
                    WHEN l.state IN ('queued', 'held') THEN 'tried'
                    WHEN l.state = 'withdrawn' THEN 'taken_back'
                    ELSE 'gone'
                END || ' ' || extract(epoch FROM l.due_at)::bigint
                ORDER BY l.step, l.state IN ('sending', 'sent', 'uncertain')
            ) FILTER (WHERE l.step ~ '^[0-9]+$') AS letters
        FROM scheduling_followup f
        JOIN treatments_plan p ON p.id = f.plan_id
        JOIN treatments_conditionversion c ON c.id = p.condition_id
        JOIN patients_patient who ON who.id = f.patient_id
        LEFT JOIN outbox_letter l ON l.about_public_id = f.public_id AND l.about_type = 'scheduling.followup'
            AND l.letter = %(letter)s AND l.edition = f.cycle::text
            AND (l.person_public_id = who.public_id OR l.state IN ('sending', 'sent', 'uncertain'))
        WHERE f.state IN ('pending', 'reminded')
            AND (%(location)s::bigint IS NULL OR f.location_id = %(location)s)
            AND (%(condition)s::text IS NULL OR c.key = %(condition)s)
            AND c.key <> ALL (%(others)s::text[])
        GROUP BY f.id, c.key
    ) AS one
    GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(slots=True)
class Effect:
    """How many things a change concerns, and what it does to their letters."""

    things: int = 0
    moved: int = 0
    at_once: int = 0
    """Of those moved: to a moment that has come, so they go now, or in the next waking hour."""
    taken_back: int = 0
    owed: int = 0
    gone: int = 0
    """Sent, or on their way: they stay."""

    def add(
        self, wanted: Mapping[int, datetime], written: Mapping[int, Written], *, now: datetime, times: int = 1
    ) -> None:
        """Count what is done to one thing, or to several alike."""
        what = change(wanted, written, now=now)
        self.moved += len(what.moved) * times
        self.at_once += sum(at <= now for at in what.moved.values()) * times
        self.taken_back += len(what.taken_back) * times
        self.owed += len(what.owed) * times
        self.gone += sum(letter.standing is Standing.GONE for letter in written.values()) * times

    @property
    def is_none(self) -> bool:
        """Whether no letter is touched."""
        return not (self.moved or self.taken_back or self.owed)


def of_follow_ups(
    asked: Policies,
    places: Mapping[int, Place],
    *,
    now: datetime,
    condition: str = FOR_ALL,
    location: int | None = None,
) -> Effect:
    """Return what these policies and places would do to follow-ups of a scope, as `replanning` would. One query.

    The scope is a location, else a condition, else all conditions without a policy of their own.
    """
    effect = Effect()
    others = [] if location or condition else policies.with_their_own()
    with connection.cursor() as cursor:
        cursor.execute(
            ALIKE,
            {
                "mailed": following_up.LETTERS,
                "letter": following_up.LETTER,
                "put_off": CHANGES,
                "location": location,
                "condition": None if location else condition or None,
                "others": others,
            },
        )
        for place, key, book_by_on, reminder_on, is_mailed, letters, times in cursor.fetchall():
            effect.things += times
            written = dict(_read(text) for text in letters or ())
            to_go = waiting(written)
            if is_mailed or to_go:
                planned = timing.plan(
                    asked.of(key),
                    reminder_on=reminder_on,
                    book_by_on=book_by_on,
                    lead_days=asked.lead_days,
                    now=now,
                    place=places[place],
                    waiting=to_go,
                )
                effect.add(planned.letters, written, now=now, times=times)
    return effect


def of_type(appointment_type: AppointmentType, rules: VisitRules, *, now: datetime) -> Effect:
    """Return what other rules for a type of visit would do to the reminders of visits to come."""
    pks = Appointment.objects.upcoming(now).filter(type=appointment_type).values_list("pk", flat=True)
    return _of_visits(list(pks), now=now, rules={appointment_type.pk: rules})


def of_mornings(location: Location, place: Place, *, now: datetime) -> Effect:
    """Return what other mail hours of a location would do to the reminders of visits to come."""
    pks = Appointment.objects.upcoming(now).filter(location=location).values_list("pk", flat=True)
    return _of_visits(list(pks), now=now, places={location.pk: place})


def _of_visits(
    pks: list[int],
    *,
    now: datetime,
    rules: Mapping[int, VisitRules] | None = None,
    places: Mapping[int, Place] | None = None,
) -> Effect:
    effect = Effect(things=len(pks))
    for start in range(0, len(pks), BATCH):
        for target in of_visits(pks[start : start + BATCH], now=now, rules=rules or {}, places=places or {}):
            effect.add(target.wanted, target.there.written, now=now)
    return effect


def _read(text: str) -> tuple[int, Written]:
    step, standing, due_at = text.split()
    return int(step), Written(Standing(standing), datetime.fromtimestamp(int(due_at), UTC))
