"""What every form refuses, whatever it is about."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib.days import FIRST_ASKED, LAST_ASKED


def of_a_calendar(day: date) -> None:
    """Refuse a day or an instant no clinic means: near the ends of the calendar the next day does not exist."""
    if not FIRST_ASKED <= (day.date() if isinstance(day, datetime) else day) <= LAST_ASKED:
        raise ValidationError(_("Check the year."), code="no_such_year")
