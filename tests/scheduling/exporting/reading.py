"""Exports as whoever gets them reads them."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse

from patients.models import Patient
from scheduling.exporting import scope
from scheduling.exporting.fhir.bundle import bundled
from scheduling.exporting.sheets import zipped

Row = dict[str, str]


def files_in(packed: bytes) -> dict[str, str]:
    """The texts of a zip by their names."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        names = [name for name in archive.namelist() if not name.startswith("documents/")]
        return {name: archive.read(name).decode("utf-8-sig") for name in names}


def tables_in(packed: bytes) -> dict[str, list[Row]]:
    """The tables of a zip by the names of their files."""
    texts = files_in(packed)
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text, newline="")))
        for name, text in texts.items()
        if name.endswith(".csv")
    }


def tables_of(patient: Patient) -> dict[str, list[Row]]:
    """A patient's tables."""
    return tables_in(b"".join(zipped(scope.one(patient))))


def resources_in(bundle: Iterable[str]) -> list[dict[str, Any]]:
    """The resources of a bundle."""
    return [entry["resource"] for entry in json.loads("".join(bundle)).get("entry", [])]


def resources_of(patient: Patient, kind: str = "") -> list[dict[str, Any]]:
    """A patient's resources, of one kind or of all."""
    found = resources_in(bundled(scope.one(patient)))
    return [resource for resource in found if kind in {"", resource["resourceType"]}]


def body(response: HttpResponseBase) -> bytes:
    """What was handed out, all of it."""
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)
