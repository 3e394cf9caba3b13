"""The process manager, with small programs in place of the clinic's."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from clinic.embedded.processes import KeepsDying, Manager, Process, StopAsked

PROJECT = Path(__file__).parents[3]
SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
]


def manager_of(folder: Path, **commands: list[str]) -> Manager:
    processes = [Process(name, command, "TERM", folder / f"{name}.log") for name, command in commands.items()]
    return Manager(processes, dict(os.environ), folder / "running.json")


def until(true: object) -> None:
    """Wait, up to ten seconds, for what the callable says."""
    deadline = time.monotonic() + 10
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_process_that_was_killed_is_started_again(tmp_path: Path) -> None:
    manager = manager_of(tmp_path, web=SLEEPS)
    manager.start()
    (web,) = manager.processes
    assert web.child is not None
    first = web.child.pid
    web.child.kill()

    def stop_when_it_is_another() -> None:
        assert web.child is not None
        if web.child.pid != first:
            raise StopAsked

    with pytest.raises(StopAsked):
        manager.watch(stop_when_it_is_another)
    second = web.child.pid
    manager.stop()
    assert not psutil.pid_exists(second)
    assert not manager.kept.exists()


def test_process_that_keeps_dying_is_named_with_its_log(tmp_path: Path) -> None:
    manager = manager_of(tmp_path, beat=[sys.executable, "-c", "raise SystemExit(1)"])
    manager.start()
    with pytest.raises(KeepsDying, match=rf"^beat ended 6 times: see {tmp_path}/beat.log"):
        manager.watch(lambda: None)


def test_process_that_does_not_listen_is_ended_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.embedded.processes.STOP_SECONDS", 0.5)
    manager = manager_of(tmp_path, deaf=DEAF, web=SLEEPS)
    manager.start()
    until((tmp_path / "deaf.log").read_text)
    numbers = [process.child.pid for process in manager.processes if process.child]
    began_at = time.monotonic()
    manager.stop()
    assert time.monotonic() - began_at < 5
    assert [number for number in numbers if psutil.pid_exists(number)] == []


def test_leftover_of_a_killed_manager_is_ended_and_a_stranger_with_its_number_is_not(tmp_path: Path) -> None:
    ours, stranger = (subprocess.Popen(SLEEPS, start_new_session=True) for _ in range(2))
    born_at = psutil.Process(ours.pid).create_time()
    (tmp_path / "running.json").write_text(json.dumps([[ours.pid, born_at], [stranger.pid, born_at - 100]]))
    manager_of(tmp_path).end_leftovers()
    assert not psutil.pid_exists(ours.pid)
    ours.wait()  # its end was seen by psutil already
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_taken_port_ends_make_run_with_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        variables = {"PATH": os.environ["PATH"], "INTERVAL_HOME": str(tmp_path), "PORT": str(min(port, 65533))}
        ended = subprocess.run(
            [sys.executable, "-m", "clinic.embedded", "run"],
            cwd=PROJECT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} is in use: set PORT to a free one, for example PORT={port + 100} make run\n"


def test_full_disk_ends_make_run_with_one_line(tmp_path: Path) -> None:
    small = 'mount -t tmpfs -o size=40m tmpfs "$INTERVAL_HOME" || exit 77; exec "$0" -m clinic.embedded run'
    ended = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", small, sys.executable],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "INTERVAL_HOME": str(tmp_path), "PORT": "18177"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare: " in ended.stderr or ended.returncode == 77:
        pytest.skip("this machine lets nobody mount a small disk of their own")
    assert ended.returncode == 1
    assert ended.stderr == f"The disk under {tmp_path} is full: 41 MB free, 300 MB needed\n"
