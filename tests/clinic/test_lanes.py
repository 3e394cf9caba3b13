"""The order in which processes share the tests: none twice, none lost, the slow ones first in every second process."""

import pytest

from tests.lanes import in_lanes

NAMES = [
    "tests/faults/test_a.py::one",
    "tests/faults/test_a.py::two",
    "tests/journeys/test_b.py::one",
    "tests/patients/test_c.py::one",
    "tests/patients/test_c.py::two",
    "tests/patients/test_c.py::three",
    "tests/patients/test_c.py::four",
    "tests/patients/test_c.py::five",
    "tests/year/test_d.py::one",
]


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 20])
def test_each_test_is_run_once(processes: int) -> None:
    assert sorted(in_lanes(NAMES, processes)) == list(range(len(NAMES)))


def test_slow_files_stand_whole_at_the_head_of_every_second_process() -> None:
    """Nine for four: two, two, two and three. The first begins with two of a file, the third with the others."""
    assert in_lanes(NAMES, 4) == [0, 1, 3, 4, 2, 8, 5, 6, 7]


def test_one_process_begins_with_the_slow() -> None:
    assert in_lanes(NAMES, 1) == [0, 1, 2, 8, 3, 4, 5, 6, 7]
