"""Take a step of a visit that asks for no time of its own, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction

from clinic.lib.db import gave_up_waiting
from scheduling.errors import BeingChanged


@contextmanager
def as_one() -> Iterator[None]:
    """Do all of it or nothing. Raises BeingChanged where somebody holds a row of it for longer than one waits."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        if gave_up_waiting(error):
            raise BeingChanged from error
        raise
