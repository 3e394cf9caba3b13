"""`pytest tests/bench/finding.py -s`, part of `make bench`: the search among 100,000 people, its plans and times.

In the suite no table is long enough for the planner to go by an index of its own choice.
"""

import sys
from datetime import date
from statistics import median
from time import perf_counter
from typing import Final

import pgtrigger
import pytest
from django.db import connection

from patients.models import Patient
from patients.querysets import PatientQuerySet
from patients.sought import sought_in
from tests.patients.making import person, place

PEOPLE: Final = 100_000
TIMES: Final = 7
TODAY: Final = date(2027, 1, 11)
SYLLABLES: Final = "ka ri mo sha de va lu ni ta pra bhi jo su ya ro gi me ha chi na"
MADE: Final = {
    "public_id": "gen_random_uuid()",
    "record_number": "2000000 + n",
    "given_name": "made.given",
    "family_name": "made.family",
    "search_name": "made.given || ' ' || made.family",
    "search_sounds": "'l:' || made.given || ' l:' || made.family",
    "born_on": "date '1940-01-01' + n %% 25000",
    "birth_precision": "'day'",
    "phone": "made.phone",
    "phone_digits": "reverse(substr(made.phone, 2))",
    "email": "'p' || n || '@patients.example'",
}
"""Another person for each number; a column that is not named here is as of the one who is there."""
INDEXES: Final = {
    "asha": {"patient_by_name", "patient_by_sound"},
    "kari mosha": {"patient_by_name", "patient_by_sound"},
    "ત્રિવેદી": {"patient_by_name", "patient_by_sound"},
    "#2000042": {"patients_patient_record_number_key"},
    "31/01/1970": {"patient_by_birth"},
    "kari 31/01/1970": {"patient_by_birth"},
    "98765 00181": {"patient_by_phone", "patient_by_last_digits"},
    "00181": {"patient_by_last_digits"},
    "p77@patients.example": {"patient_by_email_in_any_case"},
}
"""By which indexes each text is to find somebody."""
NEARLY: Final = "karimosah"


def fill(many: int) -> None:
    """Register so many people at one place, without their history, and have the database count them."""
    person()
    columns = [str(field.column) for field in Patient._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - Django's documented meta API
    statement = f"""
        INSERT INTO patients_patient ({", ".join(columns)})
        SELECT {", ".join(MADE.get(column, f"one.{column}") for column in columns)}
        FROM patients_patient AS one, (
            SELECT n, '+9198' || lpad((n::bigint * 7919 %% 100000000)::text, 8, '0') AS phone,
                s[1 + n %% 20] || s[1 + n / 20 %% 20] || s[1 + n / 400 %% 20] AS given,
                s[1 + n / 7 %% 20] || s[1 + n / 140 %% 20] || s[1 + n / 2800 %% 20] AS family
            FROM generate_series(1, %s) AS n, string_to_array(%s, ' ') AS s) AS made"""  # noqa: S608 - names of our own
    with pgtrigger.ignore("patients.Patient:insert_insert"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(statement, [many, SYLLABLES])
    with connection.cursor() as cursor:  # only the owner may count
        cursor.execute("SET LOCAL ROLE NONE; ANALYZE patients_patient; RESET ROLE")


def people(text: str) -> PatientQuerySet:
    """Those whom the search box shows first."""
    sought, here = sought_in(text, today=TODAY), Patient.objects.living_records().filter(location=place())
    found: PatientQuerySet = (here.nearly_found_by(sought) if text == NEARLY else here.found_by(sought))[:9]
    return found


def wrong_plans() -> dict[str, str]:
    """The plans that read the table whole, or leave out an index they should go by."""
    plans = {text: str(people(text).explain()) for text in (*INDEXES, NEARLY)}
    wanted = INDEXES | {NEARLY: {"patient_by_sound"}}
    return {
        text: plan
        for text, plan in plans.items()
        if "Seq Scan" in plan or not all(index in plan for index in wanted[text])
    }


@pytest.mark.django_db
def test_search_among_many_people() -> None:
    began = perf_counter()
    fill(PEOPLE)
    sys.stdout.write(f"\n{PEOPLE:,} people in {perf_counter() - began:.1f} s\n")
    assert wrong_plans() == {}
    for text in (*INDEXES, NEARLY):
        sys.stdout.write(f"{_milliseconds(text):7.1f} ms  {text}{'  (nearest spelling)' if text == NEARLY else ''}\n")


def _milliseconds(text: str) -> float:
    taken = []
    for _time in range(TIMES):
        began = perf_counter()
        list(people(text))
        taken.append(perf_counter() - began)
    return 1000 * median(taken)
