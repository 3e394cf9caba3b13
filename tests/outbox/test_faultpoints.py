"""A place to break things in tests, and nothing anywhere else."""

from pathlib import Path

import pytest

from clinic.outbox import faultpoints
from clinic.outbox.faultpoints import FaultInjected, arm


@pytest.mark.parametrize("mode", ["production", "demo", ""])
def test_faultpoint_is_nothing_outside_tests(mode: str) -> None:
    assert arm({"INTERVAL_MODE": mode, "FAULTPOINTS": "claim.after_commit=exit"}) is faultpoints._nothing  # noqa: SLF001 - what is asked


def test_faultpoint_is_nothing_in_a_test_that_asks_for_none() -> None:
    assert arm({"INTERVAL_MODE": "test"}) is faultpoints._nothing  # noqa: SLF001 - what is asked


def test_faultpoint_raises_where_named_and_only_there() -> None:
    armed = arm({"INTERVAL_MODE": "test", "FAULTPOINTS": "a=raise,b=raise"})
    armed("c")
    with pytest.raises(FaultInjected, match=r"^b$"):
        armed("b")


def test_faultpoint_waits_until_the_file_is_there(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    arm({"INTERVAL_MODE": "test", "FAULTPOINTS": f"a=wait:{gate}"})("a")
    assert (tmp_path / "gate.reached").exists()
