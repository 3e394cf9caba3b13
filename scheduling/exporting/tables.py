"""Which tables an export has, by which columns, and how a row leads to its patient: read from the models.

A table added to the record is exported from the day it stands there. What must stay inside is named here, and a column
that may be a key to something stays inside by its name alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from re import sub
from typing import Any, Final

import pghistory.models
from django.apps import apps
from django.db import models
from django.db.models import Case, F, Q, Value, When

from clinic.locations.models import Location, Room
from clinic.staff.models import User
from patients.models import ConsentText, Patient, Questionnaire
from patients.models.documents import WithdrawnBecause
from scheduling.models import AppointmentType
from treatments.models import Lot, Preparation, Vial
from treatments.models.catalogue import CatalogueVersion

APPS: Final = ("patients", "treatments", "scheduling")
LEFT_OUT: Final = {
    "patients.accesslink": "links are keys to pages: who holds one may use it",
    "patients.importrow": "a row of another system's file: whom it became is exported, and the rest was never taken in",
    "patients.opening": "who opened a closed record is of the trail, which stays inside",
    "patients.confidant": "who of the staff opens a confidential record says nothing about the patient",
    "treatments.typedconsultation": "what is being typed is no record until it is saved",
    "patients.documentpiece": "the files themselves, in the folder documents",
    "patients.documentthumbnail": "small pictures of documents",
    "scheduling.pagewish": "an address typed to ask for a link, which may be nobody's",
    "scheduling.heldtime": "a time held for minutes while somebody chooses",
    "patients.merge": "which record is part of which stands with each record; who made them one is in the audit trail",
    "patients.movedrow": "how two records become two again",
}
"""Tables of a patient that stay inside, and why. Former versions of rows and the audit trail stay inside as well."""
WORKINGS: Final = {"id", "version", "search_name", "phone_digits", "idempotency_key", "pressed_for", "press"}
"""Columns that hold how the program works and nothing about anybody."""
KEYS: Final = ("token", "hash", "password", "secret", "code_")
"""A column with one of these in its name may open something."""
SAID_BY: Final[dict[type[models.Model], tuple[str, ...]]] = {
    User: ("full_name",),
    Patient: ("record_number",),
    Location: ("name",),
    Room: ("name",),
    AppointmentType: ("name",),
    Questionnaire: ("version",),
    CatalogueVersion: ("key", "number"),
    ConsentText: ("version", "language", "text"),
    Lot: ("number", "product_key", "expires_on"),
    Vial: ("label", "lot__number", "lot__product_key"),
    Preparation: ("public_id", "product__key", "diluent", "diluent_ml", "total_units", "reconstituted_at"),
}
"""What a row says of another that it points at; any other is named by its public id."""
KNOWN_TO: Final = {
    ("patients.patient", "born_on"): "birth_precision",
    ("treatments.toxinelsewhere", "given_on"): "precision",
}
"""A date that is known no better than another column says."""
OF_ANOTHER: Final = {
    ("patients.document", "title"): "withdrawn_because",
    ("patients.document", "withdrawn_note"): "withdrawn_because",
    ("patients.documentfile", "name_said"): "document__withdrawn_because",
}
"""What may name somebody else, and where it stands whether the document was withdrawn as another patient's."""


@dataclass(frozen=True)
class Column:
    """One column: its head, where its value is read, where it stands how exactly it is known, and whose it may be."""

    head: str
    source: str
    known_to: str = ""
    because: str = ""

    @property
    def value(self) -> "str | Case":
        """What a question asks for: nothing where it may name another patient."""
        if not self.because:
            return self.source
        is_anothers = Q(**{self.because: WithdrawnBecause.WRONG_PATIENT})
        return Case(When(is_anothers, then=Value("")), default=F(self.source))


@dataclass(frozen=True)
class Table:
    """One table of an export. `paths` lead from a row to its patient, the first that leads anywhere counts."""

    model: type[models.Model]
    paths: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """The file's name without its ending: injection_session."""
        return sub(r"(?<=[a-z])(?=[A-Z])", "_", self.model.__name__).lower()

    @property
    def steps(self) -> int:
        """How far its rows are from their patient: a site is of a session, which is of a patient."""
        return 0 if self.model is Patient else 1 + max(path.count("__") for path in self.paths)


@cache
def tables() -> tuple[Table, ...]:
    """Return the tables, the patients last: of who is registered meanwhile nothing stands there without the person."""
    found = [Table(model, paths, _columns(model)) for model in _models() if (paths := paths_of(model)) is not None]
    return tuple(sorted(found, key=lambda table: (-table.steps, table.name)))


def paths_of(model: type[models.Model], seen: tuple[type[models.Model], ...] = ()) -> tuple[str, ...] | None:
    """Return the ways from a row of a model to its patient; None where it is nobody's, or stays inside."""
    if model is Patient:
        return ("pk",)
    if model._meta.label_lower in LEFT_OUT or model._meta.app_label not in APPS:  # noqa: SLF001 - Django's documented meta API
        return None
    ways: list[str] = []
    for field in _keys_of(model):
        target = field.related_model
        if target is Patient:
            further: tuple[str, ...] | None = ("",)
        else:
            further = None if target in {model, *seen} else paths_of(target, (*seen, model))
        if further:
            led = [f"{field.name}__{way}".removesuffix("__") for way in further]
            if not field.null:
                return tuple(led)
            ways += led
    return tuple(ways) or None


def _models() -> Iterator[type[models.Model]]:
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if not issubclass(model, pghistory.models.Event):
                yield model


def _keys_of(model: type[models.Model]) -> list[Any]:
    """The columns that point at another row, to a patient first."""
    found = [field for field in model._meta.concrete_fields if field.is_relation]  # noqa: SLF001
    return sorted(found, key=lambda field: field.related_model is not Patient)


def _columns(model: type[models.Model]) -> tuple[Column, ...]:
    return tuple(column for field in model._meta.concrete_fields for column in _columns_of(model, field))  # noqa: SLF001


def _columns_of(model: type[models.Model], field: Any) -> Iterator[Column]:
    if field.name in WORKINGS or any(key in field.name for key in KEYS) or isinstance(field, models.BinaryField):
        return
    if not field.is_relation:
        key = (model._meta.label_lower, field.name)  # noqa: SLF001
        yield Column(field.name, field.name, KNOWN_TO.get(key, ""), OF_ANOTHER.get(key, ""))
        return
    said = _said_by(field.related_model)
    for attribute in said:
        head = field.name if len(said) == 1 else f"{field.name}_{attribute}".replace("__", "_")
        yield Column(head, f"{field.name}__{attribute}")


def _said_by(model: type[models.Model]) -> tuple[str, ...]:
    return next((said for kind, said in SAID_BY.items() if issubclass(model, kind)), ("public_id",))
