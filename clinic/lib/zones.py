"""Time zones as a patient reads them: "India time", never a bare number."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_noop

KNOWN = {"Asia/Kolkata": gettext_noop("India time"), "Asia/Calcutta": gettext_noop("India time")}


def zone_name(zone: ZoneInfo) -> str:
    """Return what a zone's clock is called: by its country where we have the words, else by its city."""
    if zone.key in KNOWN:
        return gettext(KNOWN[zone.key])
    return gettext("%(city)s time") % {"city": zone.key.rpartition("/")[2].replace("_", " ")}
