"""A clinic of its own for a bench: a home made anew, a Postgres that writes to its disk; nothing else is touched."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

from clinic.embedded import parts
from clinic.embedded.home import CHECKOUT, Home


@contextmanager
def a_clinic(name: str) -> Iterator[tuple[Home, dict[str, str]]]:
    """Yield the home and what its processes are told, with thirty invented patients; Django is set up for it."""
    home = Home.from_environment({**os.environ, "INTERVAL_HOME": str(Home.from_environment(os.environ).folder / name)})
    shutil.rmtree(home.folder, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTERVAL_")}
    environment |= {
        "INTERVAL_MODE": "demo", "INTERVAL_HOME": str(home.folder), "PORT": str(home.port),
        "INTERVAL_LETTERS_A_MINUTE": "0", "INTERVAL_LETTERS_A_MINUTE_A_DOMAIN": "0",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }  # fmt: skip
    started = parts.start(home, tied=True)
    try:
        home.secret("secret_key")
        for command in (["migrate", "-v0"], ["load_catalogue"], ["seed_demo", "--patients", "30"]):
            role = {"INTERVAL_DATABASE_ROLE": "owner"} if command[0] == "migrate" else {}
            manage = [sys.executable, str(CHECKOUT / "manage.py"), *command]
            subprocess.run(manage, check=True, env=environment | role, stdout=subprocess.DEVNULL)
        os.environ.update(environment)
        django.setup()
        yield home, environment
    finally:
        parts.stop_started(started)
