"""Columns of a row that a deed changed, kept beside it with what they were and became, so that it can be taken back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

Kept = Mapping[str, Mapping[str, Any]]
"""By column: {"was": ..., "became": ...}, as JSON has it."""


def changed(row: models.Model, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return those columns whose value is another than the row's."""
    return {name: value for name, value in columns.items() if value != getattr(row, name)}


def both_ways(row: models.Model, columns: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is kept of a change that is about to be made."""
    return {name: {"was": _as_json(getattr(row, name)), "became": _as_json(value)} for name, value in columns.items()}


def still_so(row: models.Model, kept: Kept) -> dict[str, Any]:
    """Return the columns to give back: those that nobody changed since, with what they were."""
    columns: Any = {column.name: column for column in row._meta.concrete_fields}  # noqa: SLF001 - Django's documented meta API
    return {
        name: columns[name].to_python(told["was"])
        for name, told in kept.items()
        if _as_json(getattr(row, name)) == told["became"]
    }


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
