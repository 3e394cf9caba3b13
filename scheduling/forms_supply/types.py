"""A type of visit."""

from dataclasses import asdict, fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.fields import LookedAt
from scheduling.models import AppointmentKind
from scheduling.supplying.types import TypeFacts

SHORTEST, LONGEST, TIDIED_WITHIN = 5, 480, 240
NOTICE_AT_MOST = 60 * 24 * 60
"""Sixty days, in minutes."""
AHEAD_AT_MOST = 730
CHANGE_AT_MOST = 720


class TypeForm(LookedAt):
    """How long a visit takes, what it is called, and what patients may book themselves."""

    name = forms.CharField(label=_("Name"), max_length=80)
    public_name = forms.CharField(
        label=_("Name for patients"), max_length=80, help_text=_("They choose by it online: no clinical word.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=AppointmentKind.choices)
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST, help_text=_("Visits booked already keep theirs.")
    )
    after_buffer_minutes = forms.IntegerField(
        label=_("Minutes to tidy up after"), min_value=0, max_value=TIDIED_WITHIN, initial=0
    )
    needs_intake = forms.BooleanField(label=_("Needs an intake"), required=False)
    is_online = forms.BooleanField(label=_("Patients may book it themselves"), required=False)
    notice_minutes = forms.IntegerField(
        label=_("Notice, minutes"),
        min_value=0,
        max_value=NOTICE_AT_MOST,
        help_text=_("A patient books no later than this before it begins. The desk may."),
    )
    horizon_days = forms.IntegerField(
        label=_("Days ahead"),
        min_value=1,
        max_value=AHEAD_AT_MOST,
        help_text=_("A patient books no further ahead than this. The desk may."),
    )
    change_hours = forms.IntegerField(
        label=_("Hours to change it"),
        min_value=0,
        max_value=CHANGE_AT_MOST,
        help_text=_("A patient moves or cancels a visit by its link until so long before it begins."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, facts: TypeFacts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": asdict(facts) | kwargs.get("initial", {})})

    @property
    def facts(self) -> TypeFacts:
        """The type as it was sent."""
        return TypeFacts(**{field.name: self.cleaned_data[field.name] for field in fields(TypeFacts)})
