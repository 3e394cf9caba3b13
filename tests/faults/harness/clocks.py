"""Clocks that run ahead, run behind and jump: libfaketime before one process, by a file that it reads again."""

import importlib.util
from pathlib import Path

LIBRARY = "vendor/libfaketime/src/libfaketime.so.1"


def skewed(by: str) -> dict[str, str]:
    """The environment of a process whose clock differs by so much: "+1h"."""
    return {**_preloaded(), "FAKETIME": by}


def jumping(file: Path) -> dict[str, str]:
    """The environment of a process whose clock differs by what stands in the file, whenever it looks."""
    return {**_preloaded(), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}


def _preloaded() -> dict[str, str]:
    found = importlib.util.find_spec("libfaketime")
    assert found
    assert found.origin
    # Only the wall clock: what waits by the monotonic one is not to be woken.
    return {"LD_PRELOAD": str(Path(found.origin).parent / LIBRARY), "DONT_FAKE_MONOTONIC": "1"}
