"""What a letter is about, and whom it is for: a type and a public id, never a foreign key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeAlias
from uuid import UUID

from django.db import models


@dataclass(frozen=True, slots=True)
class Ref:
    """A row of some app, by its model's label in lower case and its public id."""

    type: str
    public_id: UUID

    @classmethod
    def to(cls, thing: "models.Model | Ref | UUID") -> Self:
        """Return the reference to a row with a public id. A bare UUID is a reference of no said type."""
        if isinstance(thing, Ref):
            return cls(thing.type, thing.public_id)
        if isinstance(thing, UUID):
            return cls("", thing)
        public_id = getattr(thing, "public_id", None)
        if not isinstance(public_id, UUID):
            msg = f"A {type(thing).__name__} has no public id."
            raise TypeError(msg)
        return cls(thing._meta.label_lower, public_id)  # noqa: SLF001 - Django's documented meta API


Thing: TypeAlias = models.Model | Ref
Person: TypeAlias = models.Model | Ref | UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One letter owed, for `owe_many`: the arguments of `owe`."""

    letter: str
    about: Thing
    person: Person
    due_at: datetime
    edition: str = ""
    step: str = ""
    not_after: datetime | None = None
    channel: str = "email"
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Move:
    """One letter and the moments it is to have, for `reschedule_many` and `revive_many`."""

    pk: int
    due_at: datetime
    not_after: datetime | None
