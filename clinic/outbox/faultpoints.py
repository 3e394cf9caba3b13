"""Places where a test may stop, kill or break a worker. Nothing in production.

`FAULTPOINTS="claim.after_commit=exit"`; several are joined by commas. What can happen there:
`exit` (the process ends as by kill -9), `raise`, `wait:<path>` (until the file at that path exists).
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

VARIABLE: Final = "FAULTPOINTS"
KILLED: Final = 137


class FaultInjected(RuntimeError):
    """A test asked for a fault here."""


def _parsed(spec: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in spec.split(",") if "=" in part)


def _nothing(name: str) -> None:
    """Do nothing: what every faultpoint is outside a test."""


def _armed(actions: dict[str, str]) -> Callable[[str], None]:
    def faultpoint(name: str) -> None:
        action, _colon, argument = actions.get(name, "").partition(":")
        if action == "exit":
            os._exit(KILLED)
        if action == "raise":
            raise FaultInjected(name)
        if action == "wait":
            Path(f"{argument}.reached").touch()
            while not Path(argument).exists():
                time.sleep(0.02)

    return faultpoint


def arm(environment: dict[str, str]) -> Callable[[str], None]:
    """Return the faultpoint function for an environment: nothing at all unless in a test that lists faults."""
    spec = environment.get(VARIABLE, "")
    if environment.get("INTERVAL_MODE") != "test" or not spec:
        return _nothing
    return _armed(_parsed(spec))


faultpoint = arm(dict(os.environ))
