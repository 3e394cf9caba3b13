"""Leave and extra clinics."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.fields import CLOCK, DAY, LookedAt
from scheduling.supplying.away import ExtraFacts, LeaveFacts

AWAY_AT_MOST = timedelta(days=731)


class OfAClinician(LookedAt):
    """A clinician of these places."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=120)
    clinician = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.none(), to_field_name="public_id", empty_label=None
    )

    def __init__(
        self, *args: Any, people: Sequence[User], places: Sequence[Location], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["clinician"].queryset = User.objects.filter(pk__in=[who.pk for who in people])  # type: ignore[attr-defined]
        self.fields["location"].queryset = Location.objects.filter(pk__in=[place.pk for place in places])  # type: ignore[attr-defined]

    def _refuse_a_day_gone_by(self, name: str, day: date | None) -> None:
        if day and day < self.today:
            self.add_error(name, _("This day has gone by."))


class LeaveForm(OfAClinician):
    """A clinician is away: whole days, or some hours of them."""

    location = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Location.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Everywhere"),
    )
    first_on = forms.DateField(
        label=_("From"),
        widget=DAY,
        validators=[of_a_calendar],
        error_messages={"required": _("Say from which day.")},
    )
    last_on = forms.DateField(
        label=_("Last day"), required=False, widget=DAY, validators=[of_a_calendar], help_text=_("Empty: one day.")
    )
    starts = forms.TimeField(
        label=_("From the time"), required=False, widget=CLOCK, help_text=_("Empty: the whole day.")
    )
    ends = forms.TimeField(label=_("Until"), required=False, widget=CLOCK)
    reason = forms.CharField(
        label=_("What for"),
        max_length=120,
        help_text=_("Staff see it; patients do not."),
        error_messages={"required": _("Say what for: staff see it.")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days gone by, and days or times in the wrong order."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first_on"), data.get("last_on")
        self._refuse_a_day_gone_by("first_on", first)
        if first and last and not timedelta(0) <= last - first <= AWAY_AT_MOST:
            self.add_error("last_on", _("Choose a day within two years after the first."))
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends is None and "ends" not in self.errors:
            self.add_error("ends", _("Say until when."))
        elif ends and starts is None and "starts" not in self.errors:
            self.add_error("starts", _("Say from when."))
        elif starts and ends and starts >= ends:
            self.add_error("ends", _("Choose a time after the first."))
        return data

    @property
    def facts(self) -> LeaveFacts:
        """The leave as it was sent."""
        data = self.cleaned_data
        return LeaveFacts(
            clinician=data["clinician"],
            location=data["location"],
            first_on=data["first_on"],
            last_on=data["last_on"] or data["first_on"],
            starts=data["starts"],
            ends=data["ends"],
            reason=data["reason"],
        )


class ExtraForm(OfAClinician):
    """A clinician works on a day outside the weekly hours."""

    location = forms.ModelChoiceField(
        label=_("Where"), queryset=Location.objects.none(), to_field_name="public_id", empty_label=None
    )
    on = forms.DateField(
        label=_("On"), widget=DAY, validators=[of_a_calendar], error_messages={"required": _("Say on which day.")}
    )
    starts = forms.TimeField(label=_("From"), widget=CLOCK, error_messages={"required": _("Say from when.")})
    ends = forms.TimeField(label=_("Until"), widget=CLOCK, error_messages={"required": _("Say until when.")})
    reason = forms.CharField(label=_("What for"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        """Refuse a day gone by, one that is closed, and times in the wrong order."""
        data: dict[str, Any] = super().clean() or {}
        day, place = data.get("on"), data.get("location")
        self._refuse_a_day_gone_by("on", day)
        closure = place.closures.filter(on=day).first() if day and place else None
        if closure is not None:
            self.add_error(
                "on", _("%(place)s is closed on this day: %(name)s.") % {"place": place, "name": closure.name}
            )
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and starts >= ends:
            self.add_error("ends", _("Choose a time after the first."))
        return data

    @property
    def facts(self) -> ExtraFacts:
        """The extra clinic as it was sent."""
        data = self.cleaned_data
        return ExtraFacts(**{name: data[name] for name in ("clinician", "location", "on", "starts", "ends", "reason")})
