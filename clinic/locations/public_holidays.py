"""Public holidays of a country and its state, from the maintained `holidays` library: a start, the clinic decides.

Days that depend on the moon are marked “estimated” by the library; the clinic corrects them when they are announced.
"""

from datetime import date

import holidays


def countries() -> list[str]:
    """Return the codes of the countries the library knows, ISO 3166."""
    return sorted(holidays.list_supported_countries(include_aliases=False))


def states(country: str) -> list[tuple[str, str]]:
    """Return code and name of the states of a country whose holidays differ, by name; none for one it does not know."""
    known = _calendar(country)
    if known is None:
        return []
    names: dict[str, str] = {code: code for code in known.subdivisions}
    for name, code in getattr(known, "subdivisions_aliases", {}).items():
        if name.isascii() and names.get(code, code) == code:
            names[code] = name
    return sorted(names.items(), key=lambda pair: pair[1])


def between(country: str, state: str, *, first: date, last: date) -> dict[date, str]:
    """Return day and name of the public holidays between two days, both included, in order."""
    known = _calendar(country)
    if known is None:
        return {}
    days = holidays.country_holidays(
        country,
        subdiv=state if state in known.subdivisions else None,
        years=range(first.year, last.year + 1),
        language=next((code for code in known.supported_languages if code.startswith("en")), None),
    )
    return {day: name for day, name in sorted(days.items()) if first <= day <= last}


def _calendar(country: str) -> holidays.HolidayBase | None:
    """Return what the library knows of a country, or None where it knows it not: that is what its error says."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None
