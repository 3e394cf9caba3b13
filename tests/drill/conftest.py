"""The world of the faults, and the table that all parts of the drill fill."""

from collections.abc import Iterator

import pytest

from tests.drill.table import Table
from tests.faults.conftest import at_full_pace, desk, world

__all__ = ["at_full_pace", "desk", "table", "world"]


@pytest.fixture(scope="session")
def table() -> Iterator[Table]:
    """Written when all is done, whatever came of it."""
    table = Table()
    yield table
    print("\n" + table.write())  # noqa: T201  # what the drill is run for
