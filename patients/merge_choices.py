"""What two records of one person say, side by side, and which of the two is kept. Pure.

Facts that make sense together only are one choice: both names, the e-mail with what is known of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

TOGETHER: Mapping[str, tuple[str, ...]] = {
    "name": ("given_name", "family_name"),
    "email": ("email", "email_is_shared", "has_no_email"),
    "wishes": ("wants_reminders", "wants_visit_reminders", "wants_check_ins"),
}
"""Choices of several facts; every other fact is a choice of its own, under its own name."""
EMPTY = ("", None, "unknown")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing of which one of two records' versions is kept."""

    name: str
    facts: tuple[str, ...]
    differs: bool
    is_taken: bool
    """Whether the version of the record that goes is kept unless somebody says otherwise."""


def facts_of(name: str) -> tuple[str, ...]:
    """Return the facts that a choice decides."""
    return TOGETHER.get(name, (name,))


def choices(*, merged: Mapping[str, Any], survivor: Mapping[str, Any]) -> list[Choice]:
    """Return the choices in the order of the facts; what the survivor does not know is taken over by itself."""
    grouped = {fact: name for name, facts in TOGETHER.items() for fact in facts}
    found: dict[str, Choice] = {}
    for fact in survivor:
        name = grouped.get(fact, fact)
        if name not in found:
            facts = tuple(one for one in facts_of(name) if one in survivor)
            differs = any(merged[one] != survivor[one] for one in facts)
            is_taken = survivor[facts[0]] in EMPTY and merged[facts[0]] not in EMPTY
            found[name] = Choice(name, facts, differs, differs and is_taken)
    return list(found.values())


def facts_taken(names: Collection[str]) -> set[str]:
    """Return the facts that these choices take over."""
    return {fact for name in names for fact in facts_of(name)}
