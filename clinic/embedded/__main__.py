"""`python -m clinic.embedded run | start | stop`: what the Makefile calls."""

import os
import sys

from . import demo, parts
from .demo import CannotRun
from .home import Home, HomeUnusable
from .postgres import PostgresUnavailable
from .processes import KeepsDying
from .redis import RedisUnavailable


def main(arguments: list[str]) -> int:
    """Do the one thing asked for. A refusal is one line and exit 1."""
    try:
        home = Home.from_environment(os.environ)
        match arguments:
            case ["run"]:
                return demo.run(home)
            case ["start"]:
                parts.start(home, tied=False)
                print(f"Postgres and Redis are ready; their data is in {home.folder}")
            case ["stop"]:
                parts.stop(home)
                print("Postgres and Redis are stopped")
            case _:
                print("usage: python -m clinic.embedded run | start | stop", file=sys.stderr)
                return 2
    except (CannotRun, KeepsDying, HomeUnusable, PostgresUnavailable, RedisUnavailable) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, most of all
        print(f"Interval cannot start: {error.strerror or error} {error.filename or ''}".rstrip(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
