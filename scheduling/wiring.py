"""What the calendar hangs on the deeds of the floors below, listed in one place."""


def connect() -> None:
    """Fill the typed lists of `treatments.hooks` and `patients.hooks`; a test pins each list."""
