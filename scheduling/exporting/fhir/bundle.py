"""A record as one FHIR bundle, handed out as it is read."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain

from django.db.models import QuerySet

from clinic.locations.models import Location
from clinic.staff.models import User
from patients.models import Patient
from scheduling.exporting import scope
from scheduling.exporting.fhir import answers, documents, history, intentions, outcomes, people, treatment, visits
from scheduling.exporting.fhir.words import Element, base
from treatments.models import Lot

Named = dict[str, set[str]]
"""The public ids that references named, by kind of resource."""


def bundled(patients: "QuerySet[Patient]", told: scope.Told = scope.nobody_is_told) -> Iterator[str]:
    """Yield a bundle of these records as JSON, piece by piece. What a reference names stands in the same bundle."""
    yield '{"resourceType":"Bundle","type":"collection"'
    before = ',"entry":[\n'
    for resource in resources(patients, told):
        address = f"{base()}/{resource['resourceType']}/{resource['id']}"
        yield before + json.dumps({"fullUrl": address, "resource": resource}, ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n" if before == ",\n" else "}\n"


def resources(patients: "QuerySet[Patient]", told: scope.Told = scope.nobody_is_told) -> Iterator[Element]:
    """Yield everything of these records, some patients at a time, then the people, places and lots they name."""
    named: Named = {"Practitioner": set(), "Location": set(), "Medication": set()}
    for batch in scope.in_batches(patients, told):
        for resource in _of(batch):
            _note(resource, named)
            yield resource
    for person in User.objects.filter(public_id__in=named["Practitioner"]).order_by("pk"):
        yield people.practitioner(person)
    for place in Location.objects.filter(public_id__in=named["Location"]).order_by("pk"):
        yield people.location(place)
    for lot in Lot.objects.filter(public_id__in=named["Medication"]).select_related("product").order_by("pk"):
        yield treatment.medication(lot)


def _of(batch: Sequence[Patient]) -> Iterator[Element]:
    return chain(
        people.patients(batch),
        visits.appointments(batch),
        answers.intakes(batch),
        answers.consents(batch),
        history.history(batch),
        intentions.consultations(batch),
        intentions.plans(batch),
        treatment.elsewhere(batch),
        treatment.sessions(batch),
        outcomes.scores(batch),
        outcomes.adverse_events(batch),
        documents.documents(batch),
    )


def _note(element: object, named: Named) -> None:
    """Write down what an element refers to."""
    if isinstance(element, list):
        for one in element:
            _note(one, named)
    elif isinstance(element, dict):
        kind, _slash, public_id = str(element.get("reference", "")).partition("/")
        if kind in named:
            named[kind].add(public_id)
        for one in element.values():
            _note(one, named)
