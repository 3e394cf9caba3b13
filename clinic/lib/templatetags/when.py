"""Instants as the clinic says them, in the zone of the place they belong to."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format

from clinic.lib import zones

register = template.Library()


@register.filter
def in_zone(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return an instant on a zone's clock, without its zone, so that no template converts it again."""
    return instant.astimezone(zone).replace(tzinfo=None) if instant else None


@register.filter
def clock_in(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return the wall-clock time there: 09:30."""
    return date_format(instant.astimezone(zone), "H:i") if instant else ""


@register.filter
def written_utc(instant: datetime) -> str:
    """Return an instant as an address writes it, to the minute: 20270305T0600Z."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%MZ}"


@register.filter
def day_in(instant: datetime | date | None, zone: ZoneInfo) -> str:
    """Return the day there: Fri 5 Mar 2027."""
    if instant is None:
        return ""
    return date_format(instant.astimezone(zone) if isinstance(instant, datetime) else instant, "D j M Y")


@register.filter
def called(zone: ZoneInfo) -> str:
    """Return what a zone's clock is called: India time."""
    return zones.zone_name(zone)
