"""How the year goes by, whoever plays it: what is arranged happens, workers work, the desk calls, the manager acts."""

from collections.abc import Callable
from datetime import datetime, timedelta

from clinic.outbox import delivery
from tests.year import world
from tests.year.instants import instants
from tests.year.log import EventLog
from tests.year.manager import Manager
from tests.year.postbox import Postbox
from tests.year.shard import CALLS_EVERY

Play = Callable[[datetime], object]


def pass_by(days: int, log: EventLog, box: Postbox, *, live: Play, work: Play, call: Play) -> None:
    """Let so many days go by; the mail server is told the time and its mood."""
    manager = Manager(log)
    calls_at, mail = world.BEGINS + timedelta(days=90), ""
    for moment in instants(days):
        live(moment.at)
        manager.act(moment.at)
        box.clock(moment.at)
        if moment.mail != mail:
            mail = moment.mail
            box.mode(mail)
        if moment.has_workers and (moment.is_daily or delivery.due_now(now=moment.at, limit=1)):
            work(moment.at)
            log.write(moment.at, "worked", mail=mail)
        if moment.at >= calls_at:
            call(moment.at)
            calls_at += CALLS_EVERY
