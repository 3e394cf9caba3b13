#!/usr/bin/env python
"""Run a command of the clinic: `python manage.py help`."""

import os
import sys

from clinic.embedded.home import Home


def main() -> None:
    """Choose the settings, and for `migrate` alone the role that owns the tables."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    if command == "migrate":
        os.environ["INTERVAL_DATABASE_ROLE"] = "owner"
    # A home that `make run` made is the demo clinic's: commands beside it speak to its parts. Servers are told by name, never here.
    if (
        "INTERVAL_MODE" not in os.environ
        and "DATABASE_URL" not in os.environ
        and command != "runserver"
        and Home.from_environment(os.environ).is_demo
    ):
        os.environ["INTERVAL_MODE"] = "demo"
    from django.core.management import execute_from_command_line  # after the environment is settled

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
