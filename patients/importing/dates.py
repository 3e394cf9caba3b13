"""Dates as a file writes them: one order of day and month for the whole file, never guessed row by row. Pure."""

import re
from datetime import date, timedelta
from typing import Final

from patients import birth
from patients.birth import Birth

MONTH_FIRST: Final = "month"
SERIAL: Final = re.compile(r"\d{5}(?:\.0+)?")
FIRST_SERIAL: Final = date(1899, 12, 30)
"""Spreadsheets count days from here, with a 29 February 1900 that never was."""
STAMP: Final = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[t ]\d{2}:\d{2}.*")
LAST_MONTH: Final = 12


def read(text: str, *, today: date, order: str) -> Birth:
    """Return what a date of a file says. Raises what `birth.read` raises."""
    written = birth.as_read(text)
    if day := counted_day(text):
        return Birth(day, "day")
    if found := STAMP.fullmatch(written):
        return birth.read(found[1], today)
    if order == MONTH_FIRST and (numbers := birth.NUMERIC.fullmatch(written)):
        return birth.read(f"{numbers[2]}/{numbers[1]}/{numbers[3]}", today)
    return birth.read(text, today)


def counted_day(text: str) -> date | None:
    """Return the day of a bare number, counted as spreadsheets do: its cell does not say that it is a date."""
    written = birth.as_read(text)
    return FIRST_SERIAL + timedelta(days=int(float(written))) if SERIAL.fullmatch(written) else None


def read_day(text: str, *, today: date, order: str) -> date | None:
    """Return a whole day, or nothing where none is written. Raises what `read` raises, NotADate for a part of one."""
    known = read(text, today=today, order=order)
    if known.precision not in {"day", "unknown"}:
        raise birth.NotADate(text)
    return known.first_day


def told_order(text: str) -> str:
    """Return the only order in which a date can be read: "day" or "month"; "either" or "" where it tells nothing."""
    numbers = birth.NUMERIC.fullmatch(birth.as_read(text)) if text else None
    if not numbers:
        return ""
    first, second = int(numbers[1]), int(numbers[2])
    if first > LAST_MONTH >= second:
        return "day"
    if second > LAST_MONTH >= first:
        return "month"
    return "either" if first != second else ""
