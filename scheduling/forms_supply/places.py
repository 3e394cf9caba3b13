"""A location and its rooms."""

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic.locations import public_holidays
from clinic.locations.models import LabelRegion, is_zone
from scheduling.fields import LookedAt
from scheduling.supplying.places import COLUMNS, PlaceFacts, RoomFacts

NEW_ROOMS = 2
"""So many empty lines for rooms."""


def countries() -> list[tuple[str, str]]:
    """Return code and name of the countries there are, by name."""
    named = Locale.parse(get_language() or "en", sep="-").territories
    return sorted(((code, named.get(code, code)) for code in public_holidays.countries()), key=lambda pair: pair[1])


class PlaceFactsForm(LookedAt):
    """A location: what letters call it, where it is, which clock and which holidays count, its rooms."""

    name = forms.CharField(label=_("Name"), max_length=120)
    sender_name = forms.CharField(
        label=_("Name in letters"), max_length=80, help_text=_("Seen in a patient's inbox: no clinical word.")
    )
    address = forms.CharField(
        label=_("Address"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=20)
    emergency_number = forms.CharField(label=_("Emergency number"), max_length=20)
    privacy_contact = forms.CharField(
        label=_("Contact for personal data"),
        required=False,
        max_length=200,
        help_text=_("Name and phone or e-mail of who answers questions and complaints; stands in the notice."),
    )
    country = forms.ChoiceField(label=_("Country"), help_text=_("Reads phone numbers typed without +."))
    holiday_state = forms.ChoiceField(
        label=_("State"),
        required=False,
        help_text=_("Says which public holidays are offered as closed days."),
        error_messages={"invalid_choice": _("Choose a state of this country.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(available_timezones()) if "/" in name and not name.startswith("Etc/")],
        validators=[is_zone],
    )
    label_region = forms.ChoiceField(
        label=_("Label region"), choices=LabelRegion.choices, help_text=_("Whose product label the rules read.")
    )
    desk_overbooks = forms.BooleanField(
        label=_("The front desk may overbook"),
        required=False,
        help_text=_("With a reason. Clinicians and managers always may; patients never."),
    )

    def __init__(self, *args: Any, facts: PlaceFacts, **kwargs: Any) -> None:
        shown = {name: getattr(facts, name) for name in COLUMNS}
        super().__init__(*args, **kwargs | {"initial": shown | kwargs.get("initial", {})})
        self.facts_shown = facts
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        chosen = str(self.data.get("country", "")) if self.is_bound else facts.country
        states = [("", _("None")), *public_holidays.states(chosen)]
        self.fields["holiday_state"].choices = states  # type: ignore[attr-defined]
        for room in facts.rooms:
            self._line(str(room.public_id), room.name, is_active=room.is_active, is_required=True)
        for number in range(1, NEW_ROOMS + 1):
            self._line(f"new{number}", "", is_active=True, is_required=False)

    def _line(self, key: str, name: str, *, is_active: bool, is_required: bool) -> None:
        label = _("Room") if is_required else _("New room")
        self.fields[f"room_{key}"] = forms.CharField(label=label, initial=name, required=is_required, max_length=60)
        if is_required:
            self.fields[f"in_use_{key}"] = forms.BooleanField(label=_("In use"), initial=is_active, required=False)

    @property
    def rooms(self) -> list[dict[str, Any]]:
        """The lines of the rooms there are, as the template draws them."""
        ids = [str(room.public_id) for room in self.facts_shown.rooms]
        return [{"name": self[f"room_{key}"], "in_use": self[f"in_use_{key}"]} for key in ids]

    @property
    def new_rooms(self) -> list[forms.BoundField]:
        """The empty lines."""
        return [self[f"room_new{number}"] for number in range(1, NEW_ROOMS + 1)]

    def clean(self) -> dict[str, Any]:
        """Refuse two rooms of one name."""
        data: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for name, value in list(data.items()):  # a refused name leaves the data
            if name.startswith("room_") and value:
                if value in seen:
                    self.add_error(name, _("Another room has this name."))
                seen.add(value)
        return data

    @property
    def facts(self) -> PlaceFacts:
        """The location as it was sent."""
        data = self.cleaned_data
        there = [
            RoomFacts(room.public_id, data[f"room_{room.public_id}"], data[f"in_use_{room.public_id}"])
            for room in self.facts_shown.rooms
        ]
        new = [data[f"room_new{number}"] for number in range(1, NEW_ROOMS + 1)]
        rooms = (*there, *(RoomFacts(None, name) for name in new if name))
        return PlaceFacts(**{name: data[name] for name in COLUMNS}, rooms=rooms)
