"""Each import contract falls when it is breached: in a copy of the project, one import too many for each."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("clinic", "patients", "treatments", "scheduling")
LINT = Path(sys.executable).parent / "lint-imports"
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
# contract, the file that forgets itself, what it imports
BREACHES = (
    ("apps", "clinic/lib/days.py", "scheduling.models"),
    ("apps", "patients/querysets.py", "treatments.hooks"),
    ("apps", "treatments/hooks.py", "scheduling.models"),
    ("apps", "clinic/outbox/states.py", "patients.hooks"),
    ("scheduling", "scheduling/querysets.py", "scheduling.models"),
    ("treatments", "treatments/intervals.py", "treatments.querysets"),
    ("patients", "patients/hooks.py", "patients.registration"),
    ("outbox", "clinic/outbox/states.py", "clinic.outbox.models"),
    ("staff", "clinic/staff/models.py", "clinic.staff.forms"),
    ("pure", "treatments/intervals.py", "django.utils.timezone"),
    ("pure", "treatments/intervals.py", "celery"),
    ("pure", "clinic/outbox/timing.py", "django.conf"),
    ("web", "clinic/urls.py", "celery"),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their contracts, to be spoilt."""
    folder = tmp_path_factory.mktemp("layers")
    for package in PACKAGES:
        shutil.copytree(
            PROJECT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.json", "*.mo")
        )
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def broken(folder: Path) -> list[str]:
    """The names of the contracts that do not hold there."""
    said = subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    assert "Contracts: " in said.stdout, said.stdout + said.stderr
    return [line.removesuffix(" BROKEN") for line in said.stdout.splitlines() if line.endswith(" BROKEN")]


def test_contracts_hold(copy: Path) -> None:
    assert broken(copy) == []


@pytest.mark.parametrize(("contract", "file", "imported"), BREACHES)
def test_contract_falls_when_breached(copy: Path, contract: str, file: str, imported: str) -> None:
    module = copy / file
    whole = module.read_text()
    module.write_text(f"{whole}\nimport {imported}\n")
    try:
        assert CONTRACTS[contract] in broken(copy)
    finally:
        module.write_text(whole)


def test_every_contract_has_a_breach_here() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)
