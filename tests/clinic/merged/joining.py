"""Merging in tests, and what stands where: rows of every table, letters still owed."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pghistory.models
from django.apps import apps
from django.db import connection, models

from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients import merging
from patients.models import Merge, Patient
from tests.clinic.world import World

KEPT_APART = {"audit_entry", "patients_merge", "patients_movedrow", "outbox_letter"}
"""What a merge adds to, or ends and owes anew: looked at in its own tests."""


def columns_of(model: type[models.Model]) -> tuple[Any, ...]:
    return model._meta.concrete_fields  # noqa: SLF001 - Django's documented meta API


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's documented meta API


def keys_to_a_person() -> list[tuple[type[models.Model], str]]:
    """Every foreign key to a person that the database holds, from the models: history's are not tied to anybody."""
    return [
        (model, field.column)
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, pghistory.models.Event)
        for field in columns_of(model)
        if field.remote_field is not None and field.remote_field.model is Patient
    ]


def moving() -> list[tuple[type[models.Model], str]]:
    return [(model, column) for model, column in keys_to_a_person() if table_of(model) not in merging.STAYS]


def merge(the: World, merged: Patient, survivor: Patient, *, taken: tuple[str, ...] = (), **more: Any) -> Merge:
    merged.refresh_from_db()
    survivor.refresh_from_db()
    facts: dict[str, Any] = {
        "seen": (merged.version, survivor.version),
        "press": uuid4(),
        "by": the.here.doctor,
        "now": the.now,
    }
    return merging.merge(merged=merged, survivor=survivor, taken=taken, **facts | more)


def unmerge(the: World, joined: Merge) -> None:
    merging.unmerge(joined=joined, by=the.here.people[Role.MANAGER], now=the.now + timedelta(hours=1))


def everything() -> dict[str, list[str]]:
    """Every row of every table, as the database writes it, but for what a merge adds to and a row's version."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = table_of(model)
        if table in KEPT_APART or table.startswith("pghistory") or issubclass(model, pghistory.models.Event):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT to_jsonb(t) - 'version' FROM {table} AS t ORDER BY 1")  # noqa: S608
            found[table] = [json.dumps(row, sort_keys=True) for (row,) in cursor.fetchall()]
    return found


def live_letters() -> set[tuple[str, ...]]:
    return {
        (one.letter, str(one.about_public_id), one.edition, one.step, str(one.person_public_id))
        for one in Letter.objects.live()
    }


def left_with(patient: Patient) -> set[str]:
    """Tables, of those that move, where rows still name this person."""
    held: list[tuple[Any, str]] = list(moving())
    return {table_of(model) for model, column in held if model.objects.filter(**{column: patient.pk}).exists()}
