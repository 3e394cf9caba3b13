"""Make a type of visit, and change one. Visits that are booked keep the minutes they were booked with."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.lib.marks import mark_of
from clinic.staff.models import User
from scheduling.errors import NameTaken, PolicyChangedMeanwhile
from scheduling.models import AppointmentType


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFacts:
    """A type of visit as a page sent it."""

    name: str
    public_name: str
    kind: str
    minutes: int
    after_buffer_minutes: int
    needs_intake: bool
    is_online: bool
    notice_minutes: int
    horizon_days: int
    change_hours: int
    is_active: bool


def facts_of(kind: AppointmentType) -> TypeFacts:
    """Return a type as it is."""
    facts = {field.name: getattr(kind, field.name) for field in fields(TypeFacts)}
    return TypeFacts(**facts | {"kind": str(kind.kind)})


def make_type(*, facts: TypeFacts, by: User, now: datetime) -> AppointmentType:  # noqa: ARG001 - one shape of deeds
    """Make a type of visit. Raises NameTaken."""
    try:
        with transaction.atomic():
            kind = AppointmentType.objects.create(**asdict(facts))
            record(by=by, verb="appointment_type.made", thing=kind)
    except IntegrityError as error:
        raise _in_words(error, facts) from error
    return kind


def change_type(*, kind: AppointmentType, facts: TypeFacts, seen: str, by: User, now: datetime) -> AppointmentType:  # noqa: ARG001 - one shape of deeds
    """Save a type of visit.

    Raises:
        NameTaken, PolicyChangedMeanwhile: `seen` is not the mark of what there is.

    """
    try:
        with transaction.atomic():
            kind = AppointmentType.objects.select_for_update(no_key=True).get(pk=kind.pk)
            were = facts_of(kind)
            if mark_of(were) != seen:
                raise PolicyChangedMeanwhile
            changed = {name: value for name, value in asdict(facts).items() if getattr(were, name) != value}
            AppointmentType.objects.filter(pk=kind.pk).update(**changed)
            record(by=by, verb="appointment_type.changed", thing=kind, detail={"fields": sorted(changed)})
    except IntegrityError as error:
        raise _in_words(error, facts) from error
    return kind


def _in_words(error: IntegrityError, facts: TypeFacts) -> Exception:
    return NameTaken(facts.name) if violated(error) == "scheduling_appointmenttype_name_key" else error
