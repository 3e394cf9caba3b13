"""The year in one process: `make test` plays it with 200 patients."""

import random
from datetime import timedelta
from pathlib import Path

from django.conf import LazySettings
from pytest_django import Settings

from clinic.outbox import delivery
from tests.outbox.conftest import use_server
from tests.year import world
from tests.year.dump import dump
from tests.year.instants import instants
from tests.year.log import EventLog
from tests.year.manager import Manager
from tests.year.postbox import postbox
from tests.year.shard import CALLS_EVERY, LATE, Shard


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
        manager = Manager(log)
        calls_at, mail = world.BEGINS + timedelta(days=90), ""
        for moment in instants(days):
            shard.live(moment.at)
            manager.act(moment.at)
            box.clock(moment.at)
            if moment.mail != mail:
                mail = moment.mail
                box.mode(mail)
            if moment.has_workers and (moment.is_daily or delivery.due_now(now=moment.at, limit=1)):
                delivery.work(moment.at)
                log.write(moment.at, "worked", mail=mail)
            if moment.at >= calls_at:
                shard.call(moment.at)
                calls_at += CALLS_EVERY
        shard.close()
        dump(folder)
        return dict(log.counts)
