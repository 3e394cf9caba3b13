"""The life of a visit as a table."""

import pytest

from scheduling import status
from scheduling.models import AppointmentState


def test_the_table_knows_every_state() -> None:
    assert set(status.FOLLOWS) == set(AppointmentState.values)


@pytest.mark.parametrize(
    ("start", "end", "may"),
    [
        ("booked", "arrived", True),
        ("booked", "completed", False),
        ("arrived", "cancelled", False),
        ("completed", "booked", False),
        ("cancelled", "arrived", False),
        ("no_show", "arrived", True),
    ],
)
def test_what_may_follow(start: str, end: str, may: bool) -> None:
    assert status.may_follow(start, end) is may


def test_before_is_the_table_read_backwards() -> None:
    assert status.before("in_room") == ("arrived",)
    assert status.before("cancelled") == ("booked", "confirmed")


def test_the_next_step_is_always_allowed() -> None:
    assert all(status.may_follow(start, end) for start, end in status.NEXT.items())
