"""One process of the drill's year: it plays the patients of some places and delivers beside the others.

`python -m tests.year.player DATABASE SMTP_PORT FOLDER PLACE SEED PATIENTS SHARE SHARES`; obeys `live ISO`, `work ISO`,
`call ISO`, each answered by a line, until its input ends.
"""

import json
import logging
import os
import random
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"


def main(arguments: list[str]) -> None:
    """Play until nobody asks for more."""
    database, port, folder, place, seed, patients, share, shares = arguments
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    from clinic.outbox import delivery
    from tests.outbox.conftest import use_server
    from tests.year import world
    from tests.year.log import EventLog
    from tests.year.shard import Shard

    for name in ("clinic", "django.request"):
        logging.getLogger(name).setLevel(logging.ERROR)
    connection.settings_dict["NAME"] = database
    connection.settings_dict["CONN_MAX_AGE"] = None
    setup_test_environment(debug=False)
    use_server(settings, int(port))
    random.seed(f"{seed}:{place}")
    path, went = Path(folder), Counter[str]()
    with EventLog(path / f"events.{place}.jsonl") as log:
        shard = Shard(world.known((place,)), log, path / "post.jsonl", seed=int(seed))
        shard.admit(range(int(share), int(patients), int(shares)), world.BEGINS)
        _say("ready")
        for line in sys.stdin:
            word, _, rest = line.strip().partition(" ")
            now = datetime.fromisoformat(rest)
            if word == "live":
                shard.live(now)
            elif word == "call":
                shard.call(now)
            else:
                went.update(delivery.work(now))
            _say("done")
        shard.close()
    (path / f"player.{place}.json").write_text(json.dumps({"events": log.counts, "delivered": went}))


def _say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - who started it waits for the line


if __name__ == "__main__":
    main(sys.argv[1:])
