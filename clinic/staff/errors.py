"""What the deeds of the staff refuse."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(eq=False)
class AddressTaken(Exception):
    """Somebody has an account with this address."""


@dataclass(eq=False)
class AccountChanged(Exception):
    """The account is not what the page showed: somebody else was quicker."""


@dataclass(eq=False)
class NotYourself(Exception):
    """Nobody closes their own account or changes their own role."""


@dataclass(eq=False)
class NotManagerAnyMore(Exception):
    """Who asks lost the right while asking."""


@dataclass(eq=False)
class LastManager(Exception):
    """These locations, or the clinic where none is named, would have nobody left who manages them."""

    places: Sequence[str] = field(default_factory=tuple)


@dataclass(eq=False)
class NotInvited(Exception):
    """An invitation is for an open account that has no password yet."""


@dataclass(eq=False)
class LinkUnknown(Exception):
    """Nobody made this link."""


@dataclass(eq=False)
class LinkEnded(Exception):
    """The link was used, replaced or withdrawn, or its time is over."""


@dataclass(eq=False)
class TokenLost(Exception):
    """The link was made under a secret key that this installation no longer knows."""
