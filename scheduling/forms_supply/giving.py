"""Which types of visit a clinician gives, in which rooms."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.locations.models import Room
from scheduling.fields import LookedAt
from scheduling.models import AppointmentType
from scheduling.supplying.giving import Given

EVERYTHING, SOME = "everything", "some"


class GivenForm(LookedAt):
    """Every type anywhere, or only some: for each, any room or only these."""

    extent = forms.ChoiceField(
        label=_("Gives"),
        choices=((EVERYTHING, _("Every type, in any room")), (SOME, _("Only what is ticked below"))),
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self, *args: Any, types: Sequence[AppointmentType], rooms: Sequence[Room], given: Given, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.types, self.rooms, self.given = types, rooms, given
        self.fields["extent"].initial = SOME if given else EVERYTHING
        is_one_place = len({room.location_id for room in rooms}) == 1
        choices = [
            (str(room.public_id), room.name if is_one_place else f"{room.name}, {room.location.name}") for room in rooms
        ]
        for kind in types:
            chosen = given.get(kind.pk, frozenset())
            self.fields[f"gives_{kind.public_id}"] = forms.BooleanField(
                label=kind.name, required=False, initial=kind.pk in given or not given
            )
            self.fields[f"rooms_{kind.public_id}"] = forms.MultipleChoiceField(
                label=_("Rooms for %(type)s") % {"type": kind.name},
                required=False,
                choices=choices,
                initial=[str(room.public_id) for room in rooms if room.pk in chosen],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
                error_messages={"invalid_choice": _("This room is not in use any more. Look again.")},
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The types as the template draws them."""
        ids = [kind.public_id for kind in self.types]
        return [{"gives": self[f"gives_{key}"], "rooms": self[f"rooms_{key}"]} for key in ids]

    def clean(self) -> dict[str, Any]:
        """Refuse a clinician who gives nothing."""
        data: dict[str, Any] = super().clean() or {}
        gives = any(data.get(f"gives_{kind.public_id}") for kind in self.types)
        if data.get("extent") == SOME and not gives:
            self.add_error("extent", _("Tick at least one type of visit."))
        return data

    @property
    def draft(self) -> Given:
        """What was sent. Rooms that the page does not show, of other places, stay as they are."""
        if self.cleaned_data["extent"] == EVERYTHING:
            return {}
        shown = {room.pk for room in self.rooms}
        found: Given = {}
        for kind in self.types:
            if self.cleaned_data[f"gives_{kind.public_id}"]:
                wanted = set(self.cleaned_data[f"rooms_{kind.public_id}"])
                chosen = {room.pk for room in self.rooms if str(room.public_id) in wanted}
                found[kind.pk] = frozenset(chosen | (self.given.get(kind.pk, frozenset()) - shown))
        # A type out of use is not on the page; what was said of it stays.
        kept = set(self.given) - {kind.pk for kind in self.types}
        return found | {pk: self.given[pk] for pk in kept}
