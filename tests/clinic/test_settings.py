"""Web, worker and beat, really started: each refuses production without its values, and starts with them."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.clinic.test_environment import GOOD, NEEDED
from tests.plugin_services import HOME
from tests.ports import free_port

PROJECT = Path(__file__).parents[2]
SECONDS = 60
PARTS = {
    "web": ["gunicorn", "clinic.wsgi:application", "--workers", "1", "--no-control-socket", "--bind"],
    "worker": [
        "celery",
        "-A",
        "clinic.celery",
        "worker",
        "--pool",
        "solo",
        "--queues",
        "letters",
        "--loglevel",
        "INFO",
    ],
    "beat": ["celery", "-A", "clinic.celery", "beat", "-S", "celery.beat:Scheduler", "--pidfile", "", "-l", "INFO"],
}


def started(part: str, given: dict[str, str], port: int = 0) -> "subprocess.Popen[str]":
    """The part as production starts it, with these values and nothing of the tests'."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    command = [sys.executable, "-m", *PARTS[part], *([f"127.0.0.1:{port or free_port()}"] if part == "web" else [])]
    return subprocess.Popen(
        command, cwd=PROJECT, env={**clean, **given}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", NEEDED)
def test_part_refuses_to_start_without_a_value_and_names_it(part: str, name: str) -> None:
    process = started(part, {key: value for key, value in GOOD.items() if key != name})
    said, _ = process.communicate(timeout=SECONDS)
    assert f"{name} is missing" in said
    assert process.returncode not in {0, None}


@pytest.mark.parametrize("part", PARTS)
def test_part_refuses_to_start_with_weak_values_and_names_each(part: str) -> None:
    weak = {
        "SECRET_KEY": "changeme" * 8,
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": "postgresql://postgres:pw@db.example/interval",
        "REDIS_URL": "memory://",
        "EMAIL_URL": "smtp:///",
    }
    process = started(part, {**GOOD, **weak})
    said, _ = process.communicate(timeout=SECONDS)
    assert [name for name in weak if f"{name} is weak" not in said] == []
    assert process.returncode not in {0, None}


@pytest.mark.parametrize("part", PARTS)
def test_part_refuses_an_unknown_setting(part: str) -> None:
    process = started(part, {**GOOD, "INTERVAL_MAIL_FROM": "x@clinic.example"})
    said, _ = process.communicate(timeout=SECONDS)
    assert "INTERVAL_MAIL_FROM is not a setting of Interval" in said
    assert process.returncode not in {0, None}


def test_web_starts_with_good_values() -> None:
    port = free_port()
    process = started(
        "web", {**GOOD, "ALLOWED_HOSTS": "127.0.0.1", "INTERVAL_STATIC_ROOT": str(PROJECT / "static")}, port
    )
    try:
        assert answer(f"http://127.0.0.1:{port}/healthz") == "alive\n"
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)
    assert process.returncode == 0


@pytest.mark.parametrize(("part", "ready"), [("worker", " ready."), ("beat", "beat: Starting")])
def test_worker_and_beat_start_with_good_values(part: str, ready: str) -> None:
    process = started(part, {**GOOD, "REDIS_URL": HOME.redis_url})
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if ready in line:
            break
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:  # asked is how it starts; Celery's goodbye may wait for its broker
        process.kill()
        process.communicate(timeout=SECONDS)
    assert ready in lines[-1], "".join(lines)


def answer(address: str) -> str:
    """What the address says, once somebody listens."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310  # our own loopback address
                return str(response.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_web_does_not_load_celery() -> None:
    code = "import sys, clinic.wsgi, clinic.urls; sys.exit('celery' in sys.modules)"
    process = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env={**os.environ, **GOOD}, check=False)
    assert process.returncode == 0
