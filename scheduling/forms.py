"""What the desk asks of the calendar, parsed into the clinic's own things."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.lib.days import read_instant
from clinic.lib.validators import of_a_calendar
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from scheduling import availability
from scheduling.booking import Leave, Slot
from scheduling.models import Appointment, AppointmentKind, AppointmentType


def _or_of(moving: Appointment) -> QuerySet[AppointmentType]:
    """Return the types in use, and that of a visit that is moved, retired or not."""
    return AppointmentType.objects.filter(Q(is_active=True) | Q(pk=moving.type_id))


class WhatAndWhoForm(forms.Form):
    """What kind of visit, and with whom of a location: anyone where nobody is named."""

    type = forms.ModelChoiceField(
        label=_("What for"),
        queryset=AppointmentType.objects.filter(is_active=True),
        to_field_name="public_id",
        empty_label=None,
    )
    clinician = forms.ModelChoiceField(
        label=_("With"),
        queryset=User.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Anyone"),
    )

    def __init__(self, *args: Any, location: Location, moving: Appointment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if moving is not None:
            self.fields["type"].queryset = _or_of(moving)  # type: ignore[attr-defined]
        self.fields["clinician"].queryset = availability.treating_at(location)  # type: ignore[attr-defined]


class WantedForm(WhatAndWhoForm):
    """What is looked for, from which day: asked by GET, so that it can be bookmarked and goes back."""

    day = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[of_a_calendar],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("type", "clinician", "day")


class AsThenForm(WantedForm):
    """In how many weeks a visit like the last one is wanted."""

    weeks = forms.IntegerField(label=_("Weeks after that visit"), min_value=1, max_value=52, initial=12)


class PressForm(forms.Form):
    """The press that books a visit: which press it is, a note for the visit, and whether it is beside another."""

    pressed = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    reason = forms.CharField(label=_("Note for the visit"), required=False, max_length=300)
    is_extra = forms.BooleanField(
        label=_("Book an extra visit beside it, with a note saying what for"),
        help_text=_("The visit that stands stays the next one that is due."),
        required=False,
    )

    def clean_is_extra(self) -> bool:
        """Ask what an extra visit is for: whoever finds two of them reads it."""
        is_extra: bool = self.cleaned_data["is_extra"]
        if is_extra and not self.cleaned_data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say what the extra visit is for."))
        return is_extra

    def press_anew(self) -> None:
        """Show the form with all that was typed and a press of its own: what the last one booked stays booked."""
        self.data = {name: self.data[name] for name in self.data} | {"pressed": str(uuid4())}


class BookForm(PressForm):
    """A time from the list, or one typed by hand with a reason for overbooking."""

    type = forms.ModelChoiceField(
        queryset=AppointmentType.objects.filter(is_active=True), to_field_name="public_id", widget=forms.HiddenInput
    )
    slot = forms.CharField(label=_("Time"), required=False, max_length=120, widget=forms.HiddenInput)
    other_clinician = forms.ModelChoiceField(
        label=_("With"), queryset=User.objects.none(), to_field_name="public_id", required=False, empty_label="—"
    )
    other_room = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), to_field_name="public_id", required=False, empty_label=_("None")
    )
    other_at = forms.DateTimeField(
        label=_("Day and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        validators=[of_a_calendar],
    )
    overbook_reason = forms.CharField(label=_("Reason for overbooking"), required=False, max_length=300)
    early_reason = forms.CharField(
        label=_("Reason to inject before the permitted day"),
        max_length=300,
        error_messages={"required": _("Say why this injection may be early: it stays with the visit.")},
    )

    def __init__(
        self,
        *args: Any,
        location: Location,
        is_early: bool = False,
        moving: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if moving is not None:
            self.fields["type"].queryset = _or_of(moving)  # type: ignore[attr-defined]
        self.location = location
        if not is_early:
            del self.fields["early_reason"]
        self.fields["other_clinician"].queryset = availability.treating_at(location)  # type: ignore[attr-defined]
        self.fields["other_room"].queryset = Room.objects.filter(location=location, is_active=True)  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Return the slot asked for as `wanted`, in the clinic's own types."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("other_at"):
            for name, words in (
                ("other_clinician", _("Choose with whom.")),
                ("overbook_reason", _("Say why this visit is booked beside the free times.")),
            ):
                if not data.get(name):
                    self.add_error(name, words)
            if not self.errors:
                data["wanted"] = self._slot(data["other_clinician"], data["other_room"], data["other_at"])
            return data
        if not data.get("slot"):
            self.add_error(None, _("Choose a time from the list, or write a day and time of your own."))
        elif not self.errors:
            data["wanted"] = self._listed(data["slot"])
        return data

    @property
    def is_injection(self) -> bool:
        """Whether the visit asked for has a needle."""
        return bool(self.cleaned_data["type"].kind == AppointmentKind.INJECTION)

    @property
    def leave(self) -> Leave:
        """What was allowed on purpose."""
        by_hand = bool(self.cleaned_data.get("other_at"))
        return Leave(
            overbook_reason=self.cleaned_data["overbook_reason"] if by_hand else "",
            early_reason=self.cleaned_data.get("early_reason", ""),
            is_extra=self.cleaned_data["is_extra"],
        )

    def _listed(self, text: str) -> Slot | None:
        """Read a listed time: `2027-03-05T06:00:00+00:00|clinician|room`."""
        try:
            moment, clinician, room = text.split("|")
            return self._slot(
                self.fields["other_clinician"].queryset.get(public_id=clinician),  # type: ignore[attr-defined]
                self.fields["other_room"].queryset.get(public_id=room) if room else None,  # type: ignore[attr-defined]
                read_instant(moment),
            )
        except (ValueError, User.DoesNotExist, Room.DoesNotExist, forms.ValidationError):
            self.add_error(None, _("Choose a time from the list."))
            return None

    def _slot(self, clinician: User, room: Room | None, starts_at: datetime) -> Slot:
        moment = starts_at if timezone.is_aware(starts_at) else timezone.make_aware(starts_at, self.location.zone)
        return Slot(
            clinician=clinician,
            location=self.location,
            room=room,
            type=self.cleaned_data["type"],
            starts_at=moment,
        )


class CancelForm(forms.Form):
    """Why a visit is cancelled."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why, so that the next person knows.")},
    )


class LinkConfirmForm(forms.Form):
    """A patient's yes to a visit as the page showed it."""

    seen = forms.IntegerField(min_value=0, max_value=10**6)


class HoldForm(forms.Form):
    """Why nothing may go out."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Shown to whoever releases them."))


class ReleaseForm(forms.Form):
    """What becomes of letters that may have gone already."""

    earlier = forms.ChoiceField(
        label=_("Letters due before the hold began"),
        choices=[
            ("doubt", _("May have gone already: list them for a person")),
            ("send", _("Did not go: send them too")),
        ],
        widget=forms.RadioSelect,
    )
