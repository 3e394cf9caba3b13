"""Why a link does not open. All are shown as one kind page, which does not tell whether a person exists."""

from datetime import datetime


class LinkRefused(Exception):
    """A link does not open, or not now."""


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
    """Too many wrong dates or codes were typed: it opens again later."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class TokenLost(Exception):
    """The secret key a link was made under is gone; its token cannot be written again."""
