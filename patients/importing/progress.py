"""How far an import has come, for whoever watches it, and whether somebody asked it to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import connection

from patients.importing.refusals import Cancelled
from patients.models import Import

TIME: Final = "120s"
"""What a step over many rows may take, where a page's statement is given up after seconds."""
TELL: Final = "UPDATE patients_import SET rows_done = %s, percent = %s WHERE id = %s RETURNING cancel_asked_at"


def take_time() -> None:
    """Give the statements of this transaction the time that many rows take."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIME}'")


class Progress:
    """Notes how far one import has come; each note is also the moment at which it may be cancelled."""

    def __init__(self, imported: Import, now: Callable[[], datetime]) -> None:
        self.imported = imported
        self.now = now
        self._beside: Any = None

    def note(self, rows: int, share: float, *, of: tuple[int, int]) -> None:
        """Write down so many rows, and that so much of this stretch of the whole is done.

        Raises:
            Cancelled: somebody asked to stop.

        """
        first, last = of
        percent = round(first + min(max(share, 0), 1) * (last - first))
        with (self._beside or connection).cursor() as cursor:
            cursor.execute(TELL, [rows, percent, self.imported.pk])
            asked = cursor.fetchone()
        if asked and asked[0]:
            raise Cancelled

    @contextmanager
    def from_outside(self) -> Iterator[None]:
        """Note by a connection of its own: what one transaction does is seen by nobody before it ends."""
        self._beside = connection.copy()
        try:
            yield
        finally:
            self._beside.close()
            self._beside = None
