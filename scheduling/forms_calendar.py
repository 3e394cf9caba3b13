"""What a person does to a visit on the calendar, parsed."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.days import read_instant
from clinic.locations.models import Room
from clinic.staff.models import User
from scheduling import availability
from scheduling.booking.stretching import LONGEST_MINUTES, SHORTEST_MINUTES
from scheduling.forms import PressForm
from scheduling.models import Appointment, AppointmentType

LARGEST_VERSION = 2**31 - 1


class InstantField(forms.CharField):
    """An instant of a page of ours: 2027-03-05T06:00:00+00:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """Return it; refuse what names no zone, or no day of a calendar."""
        text = super().clean(value)
        try:
            return read_instant(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(_("Choose a time from the list.")) from error


class PlaceForm(forms.Form):
    """Where a visit is put: when, with whom, in which room; what is not named it keeps."""

    at = InstantField(error_messages={"required": _("Choose a time from the list.")})
    clinician = forms.ModelChoiceField(queryset=User.objects.none(), to_field_name="public_id", required=False)
    room = forms.ModelChoiceField(queryset=Room.objects.none(), to_field_name="public_id", required=False)
    version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION)

    def __init__(self, *args: Any, visit: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [person.pk for person in availability.clinicians_at(visit.location)]
        self.fields["clinician"].queryset = User.objects.filter(pk__in=[*people, visit.clinician_id])  # type: ignore[attr-defined]
        self.fields["room"].queryset = Room.objects.filter(location=visit.location, is_active=True)  # type: ignore[attr-defined]


class UntilForm(forms.Form):
    """How long a visit takes."""

    minutes = forms.IntegerField(
        label=_("Until"),
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
    )
    overbook_reason = forms.CharField(label=_("Reason for overbooking"), required=False, max_length=300)
    version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION)


class HereForm(PressForm):
    """A visit booked where somebody pressed: when, what for, with whom."""

    type = forms.ModelChoiceField(
        label=_("What for"),
        queryset=AppointmentType.objects.filter(is_active=True),
        to_field_name="public_id",
        error_messages={"required": _("Choose what the visit is for.")},
    )
