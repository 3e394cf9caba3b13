"""A wish of the waiting list in words the desk reads."""

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from scheduling.wishes import Wish


def when_it_suits(wish: Wish) -> str:
    """Return the days and the hours: Mon, Thu, 10:00 to 13:00; or any day, any time."""
    days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(wish.weekdays)) or _("any day")
    return f"{days}, {_hours(wish)}"


def _hours(wish: Wish) -> str:
    opens = f"{wish.opens:%H:%M}" if wish.opens else ""
    closes = f"{wish.closes:%H:%M}" if wish.closes else ""
    if opens and closes:
        return _("%(opens)s to %(closes)s") % {"opens": opens, "closes": closes}
    if opens:
        return _("from %(opens)s") % {"opens": opens}
    return _("until %(closes)s") % {"closes": closes} if closes else _("any time")
