"""Dates of birth as far as they are known: read as typed, compared, and turned into ages. Pure.

A date that is not known to the day is never completed: it is a span of days in which the person was born.

Source: docs/sources.md#ours
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year", "about", "unknown"]

OLDEST_YEARS = 130
"""Nobody is older; a typed age or year beyond it is a slip."""
ABOUT_SPREAD_YEARS = 5
""""About 75" may be 70 to 80 when two records are compared: a project method, not a rule of any source."""
MONTHS_COUNT_UNTIL_YEARS = 2

NUMERIC = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
MONTH_SLASH_YEAR = re.compile(r"(\d{1,2})\s*[/.]\s*(\d{4})")
YEAR = re.compile(r"(\d{4})")
DAY_WORD_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.\-]+([^\W\d]+)[.,]?[\s\-]+(\d{4})")
WORD_DAY_YEAR = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
WORD_YEAR = re.compile(r"([^\W\d]+)[.,]?[\s\-]+(\d{4})")
ABOUT = re.compile(
    r"(?:about|abt\.?|approx\.?|approximately|around|circa|ca?\.?|age|aged|~)\s*(\d{1,3})\s*(?:y|yrs?|years?)?(?: old)?"
)
AGE_ALONE = re.compile(r"(\d{1,3})\s*(?:y|yrs?|years?)(?: old)?")
UNKNOWN = frozenset({"", "unknown", "not known", "?", "-"})
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@dataclass(frozen=True)
class Birth:
    """What is known of a date of birth: the first day it can have been, and how exactly."""

    first_day: date | None
    precision: Precision

    @property
    def last_day(self) -> date | None:
        """The last day it can have been; for "about", of the year that was named."""
        if self.first_day is None or self.precision == "day":
            return self.first_day
        if self.precision == "month":
            return self.first_day.replace(day=calendar.monthrange(self.first_day.year, self.first_day.month)[1])
        return date(self.first_day.year, 12, 31)


UNKNOWN_BIRTH = Birth(None, "unknown")


@dataclass(frozen=True)
class Age:
    """An age as a span: the youngest and the oldest the person can be, in whole units."""

    youngest: int
    oldest: int
    unit: Literal["days", "months", "years"]
    is_about: bool = False


@dataclass(eq=False)
class NotADate(Exception):
    """Nothing that names a day, a month, a year or an age."""

    text: str


@dataclass(eq=False)
class NoSuchDay(Exception):
    """A day that no calendar has, such as 31/02/1990."""

    text: str


@dataclass(eq=False)
class BornInTheFuture(Exception):
    """A day after today at the location."""

    first_day: date


@dataclass(eq=False)
class BornTooLongAgo(Exception):
    """Older than anybody is."""

    first_day: date


@dataclass(eq=False)
class WhichCentury(Exception):
    """Two figures for a year that may be of this century or the last."""

    text: str


NO_BIRTH = (NotADate, NoSuchDay, BornInTheFuture, BornTooLongAgo, WhichCentury)
"""Each way in which a text is no date of birth."""


def as_read(text: str) -> str:
    """Return a text as dates are read in it: 0-9 for the digits of any script, small letters, single spaces."""
    return " ".join(_ascii_digits(unicodedata.normalize("NFKC", text)).strip().casefold().split())


def read(text: str, today: date) -> Birth:
    """Return what a typed text says of a date of birth; day before month, as the clinic writes it.

    "12/03/1951" and "12 Mar 1951" are a day, "March 1951" and "03/1951" a month, "1951" a year, "about 75" an age
    on `today`, and nothing (or "unknown") is unknown.

    Raises:
        NotADate, NoSuchDay, WhichCentury, BornInTheFuture, BornTooLongAgo.

    """
    typed = as_read(text)
    if typed in UNKNOWN:
        return UNKNOWN_BIRTH
    birth = _read_age(typed, today) or _read_day(typed, text, today) or _read_part(typed, text)
    if birth is None or birth.first_day is None:
        raise NotADate(text)
    if birth.first_day > today:
        raise BornInTheFuture(birth.first_day)
    if today.year - birth.first_day.year > OLDEST_YEARS:
        raise BornTooLongAgo(birth.first_day)
    return birth


def age(birth: Birth, on: date) -> Age | None:
    """Return how old somebody is on a day: days for the first month, months up to two years, then years."""
    if birth.first_day is None:
        return None
    if birth.precision == "about":
        years = max(on.year - birth.first_day.year, 0)
        return Age(years, years, "years", is_about=True)
    latest = min(birth.last_day or birth.first_day, on)
    youngest, oldest = _whole_years(latest, on), _whole_years(birth.first_day, on)
    if youngest >= MONTHS_COUNT_UNTIL_YEARS or birth.precision == "year":
        return Age(youngest, oldest, "years")
    youngest, oldest = _whole_months(latest, on), _whole_months(birth.first_day, on)
    if youngest >= 1 or birth.precision == "month":
        return Age(youngest, oldest, "months")
    return Age((on - latest).days, (on - birth.first_day).days, "days")


def compatible(one: Birth, other: Birth) -> bool:
    """Whether two records can be of one person: their spans meet. Unknown meets everything."""
    mine, theirs = _span(one), _span(other)
    if mine is None or theirs is None:
        return True
    return mine[0] <= theirs[1] and theirs[0] <= mine[1]


def _span(birth: Birth) -> tuple[date, date] | None:
    if birth.first_day is None or birth.last_day is None:
        return None
    if birth.precision == "about":
        first, last = birth.first_day.year - ABOUT_SPREAD_YEARS, birth.last_day.year + ABOUT_SPREAD_YEARS
        return date(first, 1, 1), date(last, 12, 31)
    return birth.first_day, birth.last_day


def _read_age(typed: str, today: date) -> Birth | None:
    found = ABOUT.fullmatch(typed) or AGE_ALONE.fullmatch(typed)
    if not found:
        return None
    years = int(found[1])
    if years > OLDEST_YEARS:
        raise BornTooLongAgo(date(max(today.year - years, 1), 1, 1))
    return Birth(date(today.year - years, 1, 1), "about")


def _read_day(typed: str, text: str, today: date) -> Birth | None:
    if found := ISO.fullmatch(typed):
        return _day(found[1], int(found[2]), found[3], text)
    if found := NUMERIC.fullmatch(typed):
        return _day(_whole_year(found[3], text, today), int(found[2]), found[1], text)
    if (found := DAY_WORD_YEAR.fullmatch(typed)) and (month := _month(found[2])):
        return _day(found[3], month, found[1], text)
    if (found := WORD_DAY_YEAR.fullmatch(typed)) and (month := _month(found[1])):
        return _day(found[3], month, found[2], text)
    return None


def _read_part(typed: str, text: str) -> Birth | None:
    if found := YEAR.fullmatch(typed):
        return _first_of(found[1], 1, "year", text)
    if found := ISO_MONTH.fullmatch(typed):
        return _first_of(found[1], int(found[2]), "month", text)
    if found := MONTH_SLASH_YEAR.fullmatch(typed):
        return _first_of(found[2], int(found[1]), "month", text)
    if (found := WORD_YEAR.fullmatch(typed)) and (month := _month(found[1])):
        return _first_of(found[2], month, "month", text)
    return None


def _day(year: str, month: int, day: str, text: str) -> Birth:
    try:
        return Birth(date(int(year), month, int(day)), "day")
    except ValueError as error:
        raise NoSuchDay(text) from error


def _first_of(year: str, month: int, precision: Precision, text: str) -> Birth:
    try:
        return Birth(date(int(year), month, 1), precision)
    except ValueError as error:
        raise NoSuchDay(text) from error


def _whole_year(year: str, text: str, today: date) -> str:
    """Return four figures for two where only one century can be meant: 62 is 1962 while 2062 is to come."""
    if len(year) != len("62"):
        return year
    if int(year) <= today.year % 100:
        raise WhichCentury(text)
    return str(today.year // 100 * 100 - 100 + int(year))


def _month(word: str) -> int | None:
    """Return the month whose English name begins with a word of three letters or more."""
    shortest = 3
    if len(word) < shortest:
        return None
    return next((number for number, name in enumerate(MONTHS, 1) if name.startswith(word)), None)


def _ascii_digits(text: str) -> str:
    return "".join(str(int(character)) if character.isdecimal() else character for character in text)


def _whole_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _whole_months(born: date, on: date) -> int:
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
