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
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return []
    names: dict[str, str] = {code: code for code in known.subdivisions}
    for name, code in getattr(known, "subdivisions_aliases", {}).items():
        if name.isascii() and names.get(code, code) == code:
            names[code] = name
    return sorted(names.items(), key=lambda pair: pair[1])


def between(country: str, state: str, *, first: date, last: date) -> dict[date, str]:
    """Return day and name of the public holidays between two days, both included, in order."""
    known_states = {code for code, _name in states(country)}
    try:
        known = holidays.country_holidays(
            country,
            subdiv=state if state in known_states else None,
            years=range(first.year, last.year + 1),
            language=_english(country),
        )
    except NotImplementedError:
        return {}
    return {day: name for day, name in sorted(known.items()) if first <= day <= last}


def _english(country: str) -> str | None:
    """Return the library's English for a country, or None where its own words have to do."""
    known = holidays.country_holidays(country)
    return next((code for code in known.supported_languages if code.startswith("en")), None)
