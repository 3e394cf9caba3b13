"""What the outbox refuses."""


class UnknownLetter(LookupError):
    """No app registered a letter of this kind."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"No letter is registered as {slug!r}.")
        self.slug = slug


class AlreadyRegistered(ValueError):
    """Two letters claim one name."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"A letter is already registered as {slug!r}.")
        self.slug = slug


class NotResendable(Exception):
    """A letter in this state must not be sent again."""

    def __init__(self, state: str) -> None:
        super().__init__(f"A letter that is {state} cannot be sent again.")
        self.state = state
