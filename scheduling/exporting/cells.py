"""A value as a cell of a table, and a date no more exact than it is known."""

import json
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

DAY, MONTH, YEAR = len("2027-01-11"), len("2027-01"), len("2027")


def as_known(day: date, precision: str) -> str:
    """Return a date as far as it is known, the way FHIR and ISO 8601 write it: 1951, 2019-06 or 2019-06-30."""
    return day.isoformat()[: {"day": DAY, "month": MONTH}.get(precision, YEAR)]


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant by the clock of a place, with seconds and the offset from UTC."""
    return instant.astimezone(zone).isoformat()


def cell(value: object, zone: ZoneInfo) -> str:
    """Return what a cell says: an instant by the clock of the patient's location, a number exactly, a list as JSON."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return local(value, zone)
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        case _:
            return "" if value is None else str(value)
