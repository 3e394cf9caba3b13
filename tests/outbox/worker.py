"""A worker as a process of its own: `python -m tests.outbox.worker DATABASE SMTP_PORT (deliver PK | celery BROKER)`."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"


def main() -> None:
    """Deliver one letter, or run Celery until stopped, in the tests' database against the test's mail server."""
    database, smtp_port, verb, argument = sys.argv[1:]
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from clinic.outbox import delivery, registry
    from tests.outbox.conftest import use_server
    from tests.outbox.kinds import Reminder

    connection.settings_dict["NAME"] = database
    use_server(settings, int(smtp_port))
    registry.register(Reminder())
    if verb == "deliver":
        print(delivery.deliver(int(argument), now=timezone.now()), flush=True)  # noqa: T201 - the test reads it
        return
    from clinic.celery import app

    app.conf.update(broker_url=argument)
    app.worker_main(
        ["worker", "--queues=letters", "--concurrency=2", "--loglevel=INFO", "--without-mingle", "--without-gossip"]
    )


if __name__ == "__main__":
    main()
