"""Whose a visit is where several are free at the time somebody chose, and nobody was asked for by name. Pure."""

from collections.abc import Mapping


def turns(names: Mapping[int, str], visits: Mapping[int, int]) -> list[int]:
    """Return the clinicians (by key) in their turn: who has the fewest visits that day first, then by name.

    Who is not among the `visits` has none.
    """
    return sorted(names, key=lambda key: (visits.get(key, 0), names[key], key))
