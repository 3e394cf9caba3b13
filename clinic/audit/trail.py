"""Write the trail: one line per deed, in the deed's own transaction."""

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import models, transaction

from clinic.audit.models import Entry

if TYPE_CHECKING:
    from clinic.staff.models import User

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
