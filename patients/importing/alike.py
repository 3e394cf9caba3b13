"""Rows that may be somebody who is here, or an earlier row of the same file: held for a person to decide.

The same likeness as at the desk (`patients.duplicates`) judges each pair; the database only finds the pairs that can be
alike: a phone, an address or a first day of birth in common, or the same name where a birth is not known to the day.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from django.db import connection, transaction

from patients import duplicates
from patients.birth import ABOUT_SPREAD_YEARS, Birth, Precision
from patients.importing.progress import Progress, take_time
from patients.models import Import

BATCH: Final = 10_000
TOO_OFTEN: Final = 60
"""A phone or address that so many rows share is nobody's: a clinic's own, or 0000. Of those who have a name in common,
no more are looked at for somebody whose birth is not known."""
MOST_KEPT: Final = 6
FURTHEST: Final = 2 * ABOUT_SPREAD_YEARS
"""So many years lie at most between two births that can be one."""

COMPARED: Final = "public_id, search_name, born_on, birth_precision, phone, email"
FOUND: Final = ", ".join(f"found.{column}" for column in [*COMPARED.split(", "), "number"])
PEOPLE: Final = f"SELECT {COMPARED}, 0 AS number FROM patients_patient WHERE {{places}}"  # noqa: S608
"""Merged records too: what they said leads to the record that stands."""
ROWS: Final = f"SELECT {COMPARED}, number FROM patients_importrow WHERE of_id = %(of)s AND outcome = 'new'"  # noqa: S608
VAGUE: Final = f"""
    SELECT asked.*, {FOUND} FROM asked JOIN called ON called.number = asked.number
        JOIN named AS found ON found.search_name = called.name
    WHERE {{order}} AND {{which}} AND (asked.born_on IS NOT NULL OR found.place <= {TOO_OFTEN})
        AND (asked.born_on IS NULL OR found.born_on IS NULL
            OR abs(extract(year FROM asked.born_on) - extract(year FROM found.born_on)) <=
                CASE WHEN 'about' IN (asked.birth_precision, found.birth_precision) THEN {FURTHEST} ELSE 0 END)
"""  # noqa: S608 - no value stands in it
# First whom we ask about is vague, then whom we find: with both in one question all who share a name would be paired.
PAIRS: Final = f"""
    WITH here AS ({{among}}),
        asked AS (SELECT {COMPARED}, number FROM patients_importrow
            WHERE of_id = %(of)s AND outcome = 'new' AND number BETWEEN %(first)s AND %(last)s),
        phones AS (SELECT phone AS reach FROM patients_importrow WHERE of_id = %(of)s AND phone <> ''
            GROUP BY phone HAVING count(*) <= {TOO_OFTEN}),
        mails AS (SELECT upper(email) AS reach FROM patients_importrow WHERE of_id = %(of)s AND email <> ''
            GROUP BY upper(email) HAVING count(*) <= {TOO_OFTEN}),
        named AS (SELECT *, row_number() OVER (PARTITION BY search_name ORDER BY number) AS place
            FROM (SELECT DISTINCT ON (search_name, born_on, birth_precision) * FROM here
                ORDER BY search_name, born_on, birth_precision, number) AS one_of_each),
        called AS (SELECT number, birth_precision, search_name AS name FROM asked UNION
            SELECT number, birth_precision, regexp_replace(search_name, '^(.*) (\\S+)$', '\\2 \\1') FROM asked)
    SELECT asked.*, found.* FROM asked JOIN here AS found ON found.phone = asked.phone
        JOIN phones ON phones.reach = asked.phone WHERE {{order}}
    UNION
    SELECT asked.*, found.* FROM asked JOIN here AS found ON upper(found.email) = upper(asked.email)
        JOIN mails ON mails.reach = upper(asked.email) WHERE {{order}}
    UNION
    SELECT asked.*, found.* FROM asked JOIN here AS found ON found.born_on = asked.born_on
        WHERE {{order}} AND similarity(found.search_name, asked.search_name) >= 0.3
    UNION
    {VAGUE.format(order="{order}", which="called.birth_precision <> 'day'")}
    UNION
    {VAGUE.format(order="{order}", which="called.birth_precision = 'day' AND found.birth_precision <> 'day'")}
    ORDER BY 7, 14, 8
"""  # noqa: S608 - no value stands in it
HOLD: Final = """
    UPDATE patients_importrow AS staged SET outcome = 'held', alike = found.alike::jsonb
    FROM unnest(%s::uuid[], %s::text[]) AS found (public_id, alike) WHERE staged.public_id = found.public_id
"""


@dataclass(frozen=True)
class Compared:
    """Somebody as two records are compared: a row of the file, or a person who is here."""

    public_id: UUID
    search_name: str
    born_on: date | None
    precision: str
    phone: str
    email: str
    number: int

    @property
    def name(self) -> str:
        """The name as it is compared."""
        return self.search_name

    @property
    def birth(self) -> Birth:
        """What is known of the date of birth."""
        return Birth(self.born_on, cast("Precision", self.precision))


def hold(imported: Import, progress: Progress, *, rows: int) -> None:
    """Hold each new row that may be somebody else's. Of two alike rows the earlier goes in and the later is held."""
    held: set[UUID] = set()
    for first in range(1, rows + 1, BATCH):
        alike: dict[UUID, dict[UUID, tuple[str, ...]]] = defaultdict(dict)
        with transaction.atomic():
            take_time()
            for asked, other in _pairs(imported, first):
                if other.public_id in held or len(alike.get(asked.public_id, ())) == MOST_KEPT:
                    continue
                if why := duplicates.likenesses(asked, other):
                    alike[asked.public_id][other.public_id] = tuple(str(one) for one in why)
                    held.add(asked.public_id)
            _write(alike)
        progress.note(min(first + BATCH - 1, rows), (first + BATCH) / max(rows, 1), of=(60, 100))


def _pairs(imported: Import, first: int) -> Iterator[tuple[Compared, Compared]]:
    """Yield the pairs to judge: who is here first, then earlier rows; of each by the row's number.

    A row is held by who is here, or by an earlier row that is not held itself.
    """
    places = list(imported.by.works_at.values_list("location_id", flat=True)) if imported.by else None
    asked: dict[str, Any] = {"of": imported.pk, "first": first, "last": first + BATCH - 1, "places": places}
    people = PEOPLE.format(places="true" if places is None else "location_id = ANY(%(places)s)")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")  # nobody has counted these rows yet: Postgres would guess one
    for among, order in ((people, "true"), (ROWS, "found.number < asked.number")):
        with connection.chunked_cursor() as cursor:  # where many share a name there are more pairs than memory is for
            cursor.execute(PAIRS.format(among=among, order=order), asked)
            for pair in cursor:
                yield Compared(*pair[: len(pair) // 2]), Compared(*pair[len(pair) // 2 :])


def _write(alike: dict[UUID, dict[UUID, tuple[str, ...]]]) -> None:
    written = [json.dumps([[str(one), why] for one, why in found.items()]) for found in alike.values()]
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(map(str, alike)), written])
