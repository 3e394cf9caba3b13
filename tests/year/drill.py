"""`pytest tests/year/drill.py -s`, part of `make drill`: a year of 5,000 patients, two processes side by side.

Each plays the patients of one place and delivers whatever is due, on one database and one mail server. The checker's
table goes to docs/year.md. YEAR_PATIENTS, YEAR_SEED and YEAR_TWICE (the share that is registered twice) say otherwise.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from clinic.embedded.home import CHECKOUT
from tests.year import world
from tests.year.checker.check import check
from tests.year.checker.telling import story
from tests.year.dump import dump
from tests.year.log import EventLog
from tests.year.passing import pass_by
from tests.year.postbox import postbox
from tests.year.world import NAMES

ALL = 5000
PATIENTS = int(os.environ.get("YEAR_PATIENTS", str(ALL)))
SEED = int(os.environ.get("YEAR_SEED", "1"))
TOLD_AT_MOST = 3
PAGE = CHECKOUT / "docs" / "year.md"
INTRODUCTION = """# A simulated year

A year of two places, played through the app's own deeds by two processes that deliver side by side, with an outage of
the mail server, one of the workers, and changes of policy. One patient in ten is registered twice: such records are
made one (merged), and some of them two again (parted). A checker that shares no code with the app works out from
the log of what happened what each patient was owed, and holds the mail server's own file against it (decision 54).
`make drill` writes this page.

"""


class Player:
    """A process that plays one place."""

    def __init__(self, folder: Path, port: int, number: int) -> None:
        database = connection.settings_dict["NAME"]
        facts = (database, port, folder, NAMES[number], SEED, PATIENTS, number, len(NAMES))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.year.player", *map(str, facts)], cwd=CHECKOUT, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.wait()

    def say(self, line: str) -> None:
        """Ask for something."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait(self) -> None:
        """Wait until it is done."""
        assert self._process.stdout
        if self._process.stdout.readline().strip() not in {"ready", "done"}:
            raise RuntimeError("a player gave up: see what it wrote above")

    def end(self) -> None:
        """Let it write its last lines."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


def together(players: list[Player], word: str, now: datetime) -> None:
    """Let all do the same at once, and wait for the slowest."""
    for player in players:
        player.say(f"{word} {now.isoformat()}")
    for player in players:
        player.wait()


def play(folder: Path) -> Counter[str]:
    """Play the year; returns the events by kind."""
    with EventLog(folder / "events.jsonl") as log:
        world.build(PATIENTS, log)
        log.flush()
        with postbox(folder / "post.jsonl") as box:
            players = [Player(folder, box.port, number) for number in range(len(NAMES))]
            live, work, call = (partial(together, players, word) for word in ("live", "work", "call"))
            pass_by(world.DAYS, log, box, live=live, work=work, call=call)
            for player in players:
                player.end()
    dump(folder)
    events = Counter(log.counts)
    for name in NAMES:
        events.update(json.loads((folder / f"player.{name}.json").read_text())["events"])
    return events


@pytest.mark.django_db(transaction=True)
def test_a_year_of_five_thousand_sends_each_letter_once(tmp_path: Path) -> None:
    began_at = time.monotonic()
    events = play(tmp_path)
    took = (time.monotonic() - began_at) / 60
    report, year = check(tmp_path)
    lines = [f"| {what.replace('_', ' ')} | {count} |" for what, count in sorted(events.items())]
    table = "\n".join(["| event | how many |", "| --- | ---: |", *lines, "", report.table()])
    print(f"\nYear of {PATIENTS} patients, seed {SEED}\n\n{table}")  # noqa: T201 - the table is the drill's outcome
    if PATIENTS == ALL:
        PAGE.write_text(f"{INTRODUCTION}{PATIENTS} patients, seed {SEED}; it took {took:.0f} minutes.\n\n{table}\n")
    stories = [story(year, who) for who in sorted({one.who for one in report.findings if one.who >= 0})[:TOLD_AT_MOST]]
    assert not report.findings, "\n".join([*map(str, report.findings[:50]), *stories])
