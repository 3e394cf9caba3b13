"""Why a link does not open. The page says what happened and never whose link it was."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patients.models import AccessLink


class LinkRefused(Exception):
    """A link does not open, or not now."""

    link: "AccessLink | None" = None
    """The link that was opened, where there is one."""


class LinkUnknown(LinkRefused):
    """Nothing was promised by this token for this purpose."""


class LinkExpired(LinkRefused):
    """Its last day is over."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class LinkUsed(LinkRefused):
    """It did what it was for."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class LinkRevoked(LinkRefused):
    """It was ended: the thing it was about changed, or the address did."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class LinkWaits(LinkRefused):
    """Too many wrong dates of birth were typed: the next is looked at later. A mailed code opens it meanwhile."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class TokenLost(Exception):
    """The secret key a link was made under is gone; its token cannot be written again."""
