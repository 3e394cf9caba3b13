"""Open a location, change its facts and its rooms."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.lib.marks import mark_of
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from scheduling.errors import NameTaken, PolicyChangedMeanwhile


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room as a page sent it; a new one has no id yet."""

    public_id: UUID | None
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """A location as a page sent it."""

    name: str
    sender_name: str
    address: str
    phone: str
    emergency_number: str
    time_zone: str
    country: str
    holiday_state: str
    label_region: str
    desk_overbooks: bool
    privacy_contact: str = ""
    rooms: tuple[RoomFacts, ...] = ()


COLUMNS = tuple(field.name for field in fields(PlaceFacts) if field.name != "rooms")


def facts_of(location: Location) -> PlaceFacts:
    """Return a location as it is."""
    there = location.rooms.order_by("name") if location.pk else ()
    rooms = tuple(RoomFacts(room.public_id, room.name, room.is_active) for room in there)
    facts = {name: getattr(location, name) for name in COLUMNS}
    return PlaceFacts(**facts | {"label_region": str(location.label_region)}, rooms=rooms)


def open_location(*, facts: PlaceFacts, by: User, now: datetime) -> Location:  # noqa: ARG001 - one shape of deeds
    """Open a location; who opens it works there. Raises NameTaken."""
    try:
        with transaction.atomic():
            location = Location.objects.create(**{name: getattr(facts, name) for name in COLUMNS})
            by.locations.add(location)
            _write_rooms(location, facts.rooms)
            record(by=by, verb="location.opened", thing=location)
    except IntegrityError as error:
        raise _in_words(error, facts) from error
    return location


def change_location(*, location: Location, facts: PlaceFacts, seen: str, by: User, now: datetime) -> Location:  # noqa: ARG001 - one shape of deeds
    """Save a location's facts and rooms. A room is never deleted: it goes out of use.

    Raises:
        NameTaken, PolicyChangedMeanwhile: `seen` is not the mark of what there is.

    """
    try:
        with transaction.atomic():
            location = Location.objects.select_for_update(no_key=True).get(pk=location.pk)
            were = facts_of(location)
            if mark_of(were) != seen:
                raise PolicyChangedMeanwhile
            changed = sorted(name for name in COLUMNS if getattr(were, name) != getattr(facts, name))
            Location.objects.filter(pk=location.pk).update(**{name: getattr(facts, name) for name in COLUMNS})
            rooms = _write_rooms(location, facts.rooms)
            record(by=by, verb="location.changed", thing=location, detail={"fields": changed, "rooms": rooms})
    except IntegrityError as error:
        raise _in_words(error, facts) from error
    return location


def _write_rooms(location: Location, rooms: tuple[RoomFacts, ...]) -> list[str]:
    """Write what changed, and return the ids of the rooms it was. Rooms may pass their names on to each other."""
    there = {room.public_id: room for room in location.rooms.all()}
    changed: list[tuple[Room, RoomFacts]] = []
    for facts in rooms:
        room = there.get(facts.public_id) if facts.public_id else Room(location=location)
        if room is not None and (room.name, room.is_active) != (facts.name, facts.is_active):
            changed.append((room, facts))
    _give_up_names(changed)
    for room, facts in changed:
        room.name, room.is_active = facts.name, facts.is_active
        room.save()
    return [str(room.public_id) for room, _facts in changed]


def _give_up_names(changed: list[tuple[Room, RoomFacts]]) -> None:
    """Let go of the names that other rooms take over: the table holds a name once at any moment."""
    wanted = {facts.name for _room, facts in changed}
    for room, facts in changed:
        if room.pk and room.name != facts.name and room.name in wanted:
            Room.objects.filter(pk=room.pk).update(name=str(room.public_id))


def _in_words(error: IntegrityError, facts: PlaceFacts) -> Exception:
    match violated(error):
        case "location_name_once":
            return NameTaken(facts.name)
        case "room_name_once_a_location":
            return NameTaken("")
        case _:
            return error
