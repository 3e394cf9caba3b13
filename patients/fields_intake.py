"""A date as far as somebody knows it: month and year, or the year alone."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib import clock

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2199
FURTHEST_EAST: Final = timedelta(hours=14)
"""Where a day begins first: nobody's today is refused."""


class PartialDateWidget(forms.MultiWidget):
    """Small fields side by side: day (where asked), month, year."""

    def __init__(self, *, has_day: bool) -> None:
        self.parts = ("day", "month", "year") if has_day else ("month", "year")
        attrs = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__({part: forms.TextInput(attrs=dict(attrs)) for part in self.parts})

    def decompress(self, value: Any) -> list[str]:
        """Take "2026-09-14", "2026-09" or "2026" apart."""
        year, month, day = [*str(value or "").split("-"), "", ""][:3]
        parts = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
        return [parts[part] for part in self.parts]


class PartialDateField(forms.MultiValueField):
    """Reads "3" and "2021" as "2021-03", "2021" as itself; nothing typed is None."""

    widget: PartialDateWidget

    def __init__(self, *, has_day: bool, **kwargs: Any) -> None:
        widget = PartialDateWidget(has_day=has_day)
        self.parts = widget.parts
        fields = tuple(forms.CharField(required=False, max_length=10) for _part in self.parts)
        super().__init__(fields, widget=widget, require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[str]) -> str | None:
        """Return the date as far as it was typed.

        Raises:
            ValidationError: a part is no number, the month is no month, the year is missing, or the day is to come.

        """
        typed = dict(zip(self.parts, (part.strip() for part in data_list), strict=False))
        if not any(typed.values()):
            return None
        numbers = {part: _number(text) for part, text in typed.items() if text}
        year, month, day = numbers.get("year"), numbers.get("month"), numbers.get("day")
        if year is None:
            raise ValidationError(_("Write the year as well"), code="no_year")
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise ValidationError(_("Write the year with four digits, for example 2021"), code="no_year")
        if day is not None and month is None:
            raise ValidationError(_("Write the month as well, or leave the day out"), code="no_month")
        try:
            whole = date(year, 1 if month is None else month, 1 if day is None else day)
        except (ValueError, OverflowError) as error:
            raise ValidationError(_("There is no such date"), code="no_date") from error
        if whole > (clock.now() + FURTHEST_EAST).date():
            raise ValidationError(_("This day is still to come."), code="future")
        if day is not None:
            return whole.isoformat()
        return f"{year:04d}-{month:02d}" if month is not None else f"{year:04d}"


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ValidationError(_("Use numbers, for example 6 and 2021"), code="no_number")
    try:
        return int(text)
    except ValueError as error:  # Python reads no number of thousands of digits
        raise ValidationError(_("Use numbers, for example 6 and 2021"), code="no_number") from error
