"""The letters that apps register, and what the outbox asks of each.

The outbox calls upward only through this module: it never imports an app above it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, ClassVar, Final, Protocol
from uuid import UUID

from clinic.outbox.errors import AlreadyRegistered, UnknownLetter
from clinic.outbox.mime import CalendarPart

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from clinic.outbox.links import Links
    from clinic.outbox.returned import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One letter owed, as its kind sees it: ids and dates, no row and no address."""

    public_id: UUID
    letter: str
    about_type: str
    about: UUID
    #: As given to owe(), also for a resend.
    edition: str
    #: 0, or which of a person's resends this is.
    resend: int
    step: str
    person: UUID
    due_at: datetime
    not_after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a letter goes, asked at the moment of sending. Without waking hours it goes at any hour."""

    address: str
    name: str
    language: str
    zone: str = "Asia/Kolkata"
    mail_from: time | None = None
    mail_until: time | None = None
    closed_weekdays: frozenset[int] = frozenset()
    closures: frozenset[date] = frozenset()
    #: Records that were made one with this person's: what went to them today went to this person.
    was_also: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """No letter, why, and where the person is looked after instead."""

    reason: str
    where: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Still wanted, but not yet."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A letter in words. `secrets` are codes in it that the kept copy must not show."""

    subject: str
    text: str
    html: str
    from_name: str = ""
    secrets: tuple[str, ...] = ()
    #: For the reader's calendar; no link or code stands in it, and no copy of it is kept.
    calendar: CalendarPart | None = None


class LetterKind(ABC):
    """One kind of letter: the app that owes it answers these when it is due. Nothing here may talk to a network."""

    slug: ClassVar[str]
    title: ClassVar["StrOrPromise"]
    queue: ClassVar[str] = "letters"
    #: One such letter a day and a person goes at most: where two meet, 1 goes before 9. None: it always goes.
    rank: ClassVar[int | None] = None

    @abstractmethod
    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:
        """Return whose address it goes to now, or why it goes nowhere."""

    @abstractmethod
    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """Return None where it is still wanted, else why not, or from when."""

    @abstractmethod
    def render(self, promise: Promise, recipient: Recipient, *, links: "Links", now: datetime) -> Rendered:
        """Return its words. The recipient's language is switched on. May mint a link's row."""

    def list_unsubscribe(self, promise: Promise, *, links: "Links", now: datetime) -> str | None:  # noqa: ARG002 - for those who have one
        """Return the absolute https address that takes a one-click POST (RFC 8058), or None."""
        return None

    def came_back(self, promise: Promise, *, kind: "Kind", now: datetime) -> None:  # noqa: B027 - optional
        """Hear, in the same transaction, that a letter which was sent did not arrive, or is late, or was unwanted."""

    def ended(self, promise: Promise, *, state: str, reason: str, now: datetime) -> None:  # noqa: B027 - optional
        """Hear, in the same transaction, how delivery ended: sent, withdrawn, lapsed, failed or uncertain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced:
    """A letter that came back, as the app that knows its reader sees it."""

    promise: Promise
    kind: "Kind"
    status: str
    #: How many letters to the same address did not get through lately, this one with them.
    letters_lost: int
    #: Whether this is the address the letter went to: it may have been corrected since.
    went_to: Callable[[str], bool]


class BouncedHook(Protocol):
    """Called inside the transaction that notes a bounce; whoever does not know the reader does nothing."""

    def __call__(self, bounce: Bounced, *, now: datetime) -> None:
        """Do what an address that does not work calls for."""


#: Told of each letter that came back, in ready() filled by the apps that know people.
bounced_hooks: Final[list[BouncedHook]] = []

DueFinder = Callable[[datetime], int]
#: Asked before each sweep, with the clock: each makes rows for what has become due and returns how many.
due_finders: Final[list[DueFinder]] = []

_kinds: dict[str, LetterKind] = {}


def register(kind: LetterKind) -> None:
    """Make a kind of letter known. Called in AppConfig.ready().

    Raises:
        AlreadyRegistered: another kind has its name.

    """
    known = _kinds.get(kind.slug)
    if known is not None and type(known) is not type(kind):
        raise AlreadyRegistered(kind.slug)
    _kinds[kind.slug] = kind


def forget(slug: str) -> None:
    """Drop a kind of letter again: for tests and for shells."""
    _kinds.pop(slug, None)


def kind_for(slug: str) -> LetterKind:
    """Return the kind of letter of this name.

    Raises:
        UnknownLetter: no installed app registered it.

    """
    try:
        return _kinds[slug]
    except KeyError:
        raise UnknownLetter(slug) from None


def known_kinds() -> dict[str, LetterKind]:
    """Return the registered kinds by slug."""
    return dict(_kinds)
