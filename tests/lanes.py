"""In which order tests are run, where several processes share them.

pytest-xdist gives each process an equal run of the list and lets who is done take from the end of another's. Tests that
wait for browsers, processes and servers leave the processor idle: one after another in one process they are the last to
end, and beside each other they wait for the processor. So every second process begins with its share of them.
"""

from collections.abc import Sequence
from itertools import groupby

SLOW = ("tests/journeys/", "tests/faults/", "tests/year/")
"""Wait for browsers, processes and servers."""


def in_lanes(names: Sequence[str], processes: int) -> list[int]:
    """The places of `names` (node ids) in the order that `processes` are to share them; a slow file stays together."""
    slow = [place for place, name in enumerate(names) if name.startswith(SLOW)]
    files = [list(file) for _name, file in groupby(slow, key=lambda place: names[place].partition("::")[0])]
    begun: list[list[int]] = [[] for _lane in range(processes)]
    for file in sorted(files, key=len, reverse=True):
        min(begun[::2], key=len).extend(file)
    rest = [place for place, name in enumerate(names) if not name.startswith(SLOW)]
    order: list[int] = []
    left = len(names)
    for lane, first in enumerate(begun):
        share = left // (processes - lane)  # as xdist deals them
        taken = max(0, share - len(first))
        order += [*first, *rest[:taken]]
        del rest[:taken]
        left -= share
    return order + rest
