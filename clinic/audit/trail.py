"""Write the trail: one line per deed, in the deed's own transaction."""

import json
from collections.abc import Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import models, transaction

from clinic.audit.models import Entry

if TYPE_CHECKING:
    from clinic.staff.models import User

MANY = """
    INSERT INTO audit_entry (by_id, actor, verb, thing_type, request_id, detail, thing_public_id, patient_public_id)
    SELECT %s, %s, %s, %s, %s, %s, thing, thing FROM unnest(%s::uuid[]) AS many (thing)
"""
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")


class HasPublicId(Protocol):
    """Anything with a public id."""

    public_id: UUID


def record(
    *,
    by: "User | None",
    verb: str,
    thing: models.Model,
    patient: HasPublicId | None = None,
    actor: str = "",
    detail: dict[str, Any] | None = None,
) -> Entry:
    """Write who did what to which thing. Must run inside the deed's transaction.

    `by` is None where no staff member acts; then `actor` says who: "patient link", "worker", "command".
    `detail` holds ids, counts and field names, never a personal value.

    Raises:
        RuntimeError: outside a transaction, where the line could survive a deed that did not.

    """
    if not transaction.get_connection().in_atomic_block:
        msg = "An audit entry belongs to a deed's transaction."
        raise RuntimeError(msg)
    return Entry.objects.create(
        by=by,
        actor=actor or ("staff" if by else "system"),
        verb=verb,
        thing_type=thing._meta.label_lower,  # noqa: SLF001 - Django's documented meta API
        thing_public_id=getattr(thing, "public_id", None),
        patient_public_id=patient.public_id if patient else None,
        request_id=current_request_id.get(),
        detail=detail or {},
    )


def record_each(
    *, by: "User | None", verb: str, thing_type: type[models.Model], things: Sequence[UUID], detail: dict[str, Any]
) -> None:
    """Write a line for each of many things that are patients' records, as `record` does for one; who imports, acts.

    Raises:
        RuntimeError: outside a transaction.

    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        msg = "An audit entry belongs to a deed's transaction."
        raise RuntimeError(msg)
    label = thing_type._meta.label_lower  # noqa: SLF001 - Django's documented meta API
    facts = [by.pk if by else None, "staff" if by else "command", verb, label, current_request_id.get()]
    with connection.cursor() as cursor:
        cursor.execute(MANY, [*facts, json.dumps(detail), list(map(str, things))])
