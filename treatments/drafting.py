"""What is typed in a consultation before anybody saves it: kept as it stands, given back, discarded.

It is working paper. The record is what `consulting.save_draft` keeps; that, and the signature, leave none of it behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.staff.models import User
from treatments.errors import ConsultationSigned, EditedMeanwhile
from treatments.models import Consultation, TypedConsultation


@dataclass(frozen=True, slots=True)
class Seen:
    """Which state of a consultation a page was drawn from: what was saved, and what was typed since (0: nothing)."""

    version: int
    revision: int = 0


def typed_of(consultation: Consultation) -> TypedConsultation | None:
    """Return what was typed and not saved yet, by whom and when."""
    found: TypedConsultation | None = (
        TypedConsultation.objects.filter(consultation=consultation).select_related("by").first()
    )
    return found


def keep_typed(
    *, consultation: Consultation, seen: Seen, fields: Mapping[str, str], by: User, now: datetime
) -> TypedConsultation:
    """Keep a page as it is typed, valid or not. The same text twice is one keeping: an answer may have been lost.

    Raises:
        EditedMeanwhile: saved or typed elsewhere since the page was drawn; nothing was overwritten.
        ConsultationSigned: the signature came first, and it wins.

    """
    with transaction.atomic():
        held = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if held.is_signed:
            raise ConsultationSigned
        typed = typed_of(held)
        if typed is not None and held.version == seen.version and typed.fields == dict(fields):
            return typed
        if Seen(held.version, _revision(typed)) != seen:
            raise EditedMeanwhile(held)
        if typed is None:
            return TypedConsultation.objects.create(consultation=held, fields=dict(fields), by=by, at=now)
        typed.fields, typed.revision, typed.by, typed.at = dict(fields), typed.revision + 1, by, now
        typed.save()
    return typed


def settle(consultation: Consultation, *, seen_revision: int) -> None:
    """Let go of what was typed, inside the deed that saves it.

    Raises:
        EditedMeanwhile: more was typed since the page was drawn.

    """
    typed = typed_of(consultation)
    if _revision(typed) != seen_revision:
        raise EditedMeanwhile(consultation)
    if typed is not None:
        typed.delete()


def discard_typed(*, consultation: Consultation, seen: Seen, by: User) -> None:
    """Throw away what was typed; what was saved stands. Counts as a version: a page drawn before is told.

    Raises:
        EditedMeanwhile, ConsultationSigned: as for `keep_typed`.

    """
    with transaction.atomic():
        held = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if held.is_signed:
            raise ConsultationSigned
        typed = typed_of(held)
        if typed is None or Seen(held.version, typed.revision) != seen:
            raise EditedMeanwhile(held)
        typed.delete()
        Consultation.objects.filter(pk=held.pk).update(version=F("version") + 1)
        record(by=by, verb="consultation.discarded", thing=held, patient=held.patient)


def _revision(typed: TypedConsultation | None) -> int:
    return 0 if typed is None else typed.revision
