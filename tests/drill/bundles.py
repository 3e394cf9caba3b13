"""`pytest tests/drill/bundles.py -s`, part of `make drill`: bundles against npm's JSON schema of FHIR R4.

The second opinion: the tests ask pydantic's models of R4B, which are written by others and miss other things.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clinic.embedded.home import CHECKOUT
from patients.models import Patient
from scheduling.exporting.fhir.bundle import bundled
from tests.clinic.conftest import built, the
from tests.clinic.world import World

__all__ = ("built", "the")
OURS = Path(__file__).parent / "fhir"
SAMPLES = CHECKOUT / "tests" / "files" / "fhir"

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the validator is installed; without npm this part of the drill is not done, and says so."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on this machine: bundles were not held against the JSON schema of R4")
    folder = tmp_path_factory.mktemp("fhir")
    for file in OURS.iterdir():
        shutil.copy(file, folder)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    return folder


def faults(folder: Path, resources: list[Resource]) -> list[list[Any]]:
    """What the schema has against each."""
    lines = "\n".join(json.dumps(resource) for resource in resources)
    told = subprocess.run(["node", "validate.cjs"], cwd=folder, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in told.stdout.splitlines()]


def sample(name: str) -> Resource:
    found: Resource = json.loads((SAMPLES / f"fhir_{name}.json").read_text())
    return found


def test_the_schema_passes_good_samples_and_refuses_a_bad_one(schema: Path) -> None:
    good = [sample("good_patient_mononym"), sample("good_patient_year_only"), sample("good_appointment")]
    assert faults(schema, good) == [[], [], []]
    assert faults(schema, [sample("bad_patient_mononym")]) != [[]]


def test_bundles_of_everything_pass(schema: Path, the: World) -> None:
    bundle = json.loads("".join(bundled(Patient.objects.all())))
    each = [entry["resource"] for entry in bundle["entry"]]
    found = {
        f"{resource['resourceType']}/{resource['id']}": against
        for resource, against in zip(each, faults(schema, each), strict=True)
        if against
    }
    assert found == {}
    assert faults(schema, [bundle]) == [[]]
