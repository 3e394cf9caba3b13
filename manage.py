#!/usr/bin/env python
"""Run a command of the clinic: `python manage.py help`."""

import os
import sys

from clinic.embedded.home import Home, HomeUnusable


def main() -> None:
    """Choose the settings, and for `migrate` alone the role that owns the tables."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    if command == "migrate":
        os.environ["INTERVAL_DATABASE_ROLE"] = "owner"
    # A home that `make run` made is the demo clinic's: commands beside it speak to its parts. Servers are told by name.
    undecided = "INTERVAL_MODE" not in os.environ and "DATABASE_URL" not in os.environ
    if undecided and command != "runserver" and (port := _demo_port()):
        os.environ["INTERVAL_MODE"] = "demo"
        os.environ.setdefault("PORT", port)
    from django.core.management import execute_from_command_line  # after the environment is settled

    execute_from_command_line(sys.argv)


def _demo_port() -> str | None:
    try:
        return Home.from_environment(os.environ).demo_port
    except HomeUnusable:
        return None  # the settings say what is wrong


if __name__ == "__main__":
    main()
