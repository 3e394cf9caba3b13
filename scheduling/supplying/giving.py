"""Say which types of visit a clinician gives, and in which rooms."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.marks import mark_of
from clinic.locations.models import Room
from clinic.staff.models import User
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.models import AppointmentType, ProviderType

Given = dict[int, frozenset[int]]
"""Type -> rooms, by their keys; no room is any room. Nothing at all is every type, anywhere."""


def given_by(clinician: User) -> Given:
    """Return what a clinician gives, as it is set."""
    rows = ProviderType.objects.filter(clinician=clinician).prefetch_related("rooms")
    return {row.type_id: frozenset(room.pk for room in row.rooms.all()) for row in rows}


def seen_as(given: Mapping[int, frozenset[int]]) -> str:
    """Return a mark of what is set, so that two managers see each other."""
    return mark_of(sorted((kind, sorted(rooms)) for kind, rooms in given.items()))


def set_given(*, clinician: User, given: Mapping[int, frozenset[int]], seen: str, by: User, now: datetime) -> None:  # noqa: ARG001 - one shape of deeds
    """Save what a clinician gives; nothing named means every type, anywhere.

    Raises:
        PolicyChangedMeanwhile: `seen` is not the mark of what is set.

    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=clinician.pk)
        if seen_as(given_by(clinician)) != seen:
            raise PolicyChangedMeanwhile
        ProviderType.objects.filter(clinician=clinician).exclude(type__in=given).delete()
        types = AppointmentType.objects.in_bulk(list(given))
        rooms = Room.objects.in_bulk([pk for chosen in given.values() for pk in chosen])
        for pk, chosen in given.items():
            row, _is_new = ProviderType.objects.get_or_create(clinician=clinician, type=types[pk])
            row.rooms.set([rooms[room] for room in sorted(chosen)])
        record(
            by=by,
            verb="types.set",
            thing=clinician,
            detail={
                "types": {
                    str(types[pk].public_id): [str(rooms[room].public_id) for room in sorted(chosen)]
                    for pk, chosen in given.items()
                }
            },
        )
