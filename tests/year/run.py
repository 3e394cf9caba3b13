"""The year in one process: `make test` plays it with 200 patients."""

import random
from pathlib import Path

from django.conf import LazySettings
from pytest_django import Settings

from clinic.outbox import delivery
from tests.outbox.conftest import use_server
from tests.year import world
from tests.year.dump import dump
from tests.year.log import EventLog
from tests.year.passing import pass_by
from tests.year.postbox import postbox
from tests.year.shard import LATE, Shard


def play(
    folder: Path,
    settings: Settings | LazySettings,
    *,
    patients: int,
    seed: int,
    days: int = world.DAYS,
    late: float = LATE,
) -> dict[str, int]:
    """Play a year; leaves events.jsonl, post.jsonl, letters.jsonl and follow_ups.jsonl. Returns events by kind."""
    random.seed(seed)  # the outbox spreads its waits by it
    post = folder / "post.jsonl"
    with postbox(post) as box, EventLog(folder / "events.jsonl") as log:
        use_server(settings, box.port)
        world.build(patients, log)
        shard = Shard(world.known(world.NAMES), log, post, seed=seed)
        shard.admit(range(patients), world.BEGINS, late=late)
        pass_by(days, log, box, live=shard.live, work=delivery.work, call=shard.call)
        shard.close()
        dump(folder)
        return dict(log.counts)
