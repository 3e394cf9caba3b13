"""A kind of letter for tests: it answers what the test tells it to."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.utils.translation import gettext

from clinic.outbox import deeds
from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.refs import Ref
from clinic.outbox.registry import Later, LetterKind, Promise, Recipient, Rendered, Suppressed
from clinic.outbox.returned import Kind

#: In everything a log must never show.
CANARY = "Zanzibarova"
ADDRESS = f"{CANARY.lower()}@patients.example"
TOKEN = "k3yThatOpensTheVisit"


def _nothing() -> None:
    """Happen."""


class Reminder(LetterKind):
    """A letter about a visit."""

    slug: ClassVar[str] = "test_reminder"
    title: ClassVar[str] = "Reminder"

    def __init__(self) -> None:
        self.goes_to: Recipient | Suppressed = Recipient(address=ADDRESS, name=f"Rekha {CANARY}", language="en")
        self.wanted: Suppressed | Later | None = None
        self.unsubscribe: str | None = None
        self.says = Rendered(
            subject="Your visit",
            text=f"Dear {CANARY},\n.open http://clinic.example/v/{TOKEN}\nCode 481-516\n",
            html=f'<p>Dear {CANARY}, <a href="http://clinic.example/v/{TOKEN}?a=1&amp;b=2">open</a> 481-516</p>',
            secrets=("481-516",),
        )
        self.when_rendered: Callable[[], None] = _nothing
        self.when_ended: Callable[[], None] = _nothing
        self.languages: list[str] = []
        self.ends: list[tuple[str, str]] = []
        self.returns: list[Kind] = []

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:
        return self.goes_to

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        return self.wanted

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:
        self.languages.append(gettext("Monday"))
        self.when_rendered()
        return self.says

    def list_unsubscribe(self, promise: Promise, *, links: Links, now: datetime) -> str | None:
        return self.unsubscribe

    def came_back(self, promise: Promise, *, kind: Kind, now: datetime) -> None:
        self.returns.append(kind)

    def ended(self, promise: Promise, *, state: str, reason: str, now: datetime) -> None:
        self.ends.append((state, reason))
        self.when_ended()


def owed(now: datetime, *, about: Ref | None = None, edition: str = "1", person: UUID | None = None,
         not_after: datetime | None = None, letter: str = Reminder.slug) -> Letter:  # fmt: skip
    """A letter due now, about some visit."""
    return deeds.owe(
        letter,
        about=about or Ref("tests.visit", uuid4()),
        person=person or uuid4(),
        edition=edition,
        due_at=now,
        not_after=not_after,
    )
