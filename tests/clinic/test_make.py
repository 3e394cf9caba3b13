"""What `make` says on a machine that lacks something: one line, with the fix."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TOO_OLD = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\n[ "$1" = -c ] && exit 1\nexit 0\n'
WITHOUT_VENV = '#!/bin/sh\n[ "$1" = -m ] && { echo "No module named venv" >&2; exit 1; }\nexit 0\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of the project as make looks at before there is a virtual environment."""
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(PROJECT / name, tmp_path)
    return tmp_path


def made(folder: Path, python: str) -> "subprocess.CompletedProcess[str]":
    """`make run` there, with that in place of Python."""
    fake = folder / "python3"
    fake.write_text(python)
    fake.chmod(0o755)
    variables = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        ["make", "run", f"PYTHON={fake}"], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_python_that_is_too_old_is_named_with_the_fix(clone: Path) -> None:
    ended = made(clone, TOO_OLD)
    assert ended.returncode != 0
    assert ended.stdout == (
        f"Interval needs Python 3.11 or later; '{clone}/python3' is Python 3.9.2. "
        "Install it, or name one: make PYTHON=python3.12 run\n"
    )


def test_missing_venv_module_is_named_with_the_fix(clone: Path) -> None:
    ended = made(clone, WITHOUT_VENV)
    assert ended.returncode != 0
    assert ended.stdout == (
        "Python's venv module does not work here (or the disk is full): on Debian and Ubuntu, "
        "apt-get install python3-venv\n"
    )
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_of_a_lock_has_a_hash_and_no_address(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    entries = [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
