"""What a patient is asked between sessions, by link: a few taps in plain words.

Only scores that patients rate, that are one question, and whose licence lets the question stand on a page. Others are
stored by staff as totals; their wording is nowhere here.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from treatments.diary import COUNTED
from treatments.formulary import Formulary, Instrument
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import Plan
from treatments.quantities import show_number
from treatments.windows import instrument_of

BY_PATIENT = "patient"
MOST_ON_A_SCALE = 10
"""A scale of more steps is not tapped on a phone."""
QUESTIONS: Mapping[str, Any] = {
    "nrs": _("How bad was your pain over the last week, on average?"),
    "neck_pain_nrs": _("How bad was your neck pain over the last week, on average?"),
}
"""Plain words by instrument; one without words here is not asked."""
SCALE_HINT = _("0 is no pain, 10 is the worst pain you can imagine.")


class CheckInScores(forms.Form):
    """Nothing is compulsory by itself; a form with nothing in it says so. Gives `values`, `weekly_headache_days`."""

    is_wearing_off = forms.BooleanField(label=_("The effect of the injection is wearing off"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, plan: Plan, formulary: Formulary, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.scales = asked_of_patient(plan, formulary)
        for one in self.scales:
            self.fields[one.key] = forms.ChoiceField(
                label=QUESTIONS[one.key],
                help_text=SCALE_HINT,
                choices=[(str(step), str(step)) for step in _steps(one)],
                widget=forms.RadioSelect,
                required=False,
            )
        if counts_headaches(plan, formulary):
            self.fields[COUNTED] = forms.ChoiceField(
                label=_("On how many of the last 7 days did you have a headache?"),
                choices=[(str(day), str(day)) for day in range(DAYS_IN_WEEK + 1)],
                widget=forms.RadioSelect,
                required=False,
            )
        self.order_fields([COUNTED, *(one.key for one in self.scales), "is_wearing_off"])
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            *(Field(name, wrapper_class="" if name == "is_wearing_off" else "scale") for name in self.fields)
        )

    def clean(self) -> dict[str, Any]:
        """Something must be told."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(found.values()):
            raise forms.ValidationError(_("Nothing was chosen yet: answer what you can."), code="nothing")
        return found

    @property
    def values(self) -> dict[str, Decimal]:
        """The scores given, by instrument."""
        return {one.key: Decimal(self.cleaned_data[one.key]) for one in self.scales if self.cleaned_data.get(one.key)}

    @property
    def weekly_headache_days(self) -> int | None:
        """Days of the last seven, None where not asked or not told."""
        told = self.cleaned_data.get(COUNTED)
        return int(told) if told else None


def asked_of_patient(plan: Plan, formulary: Formulary) -> list[Instrument]:
    """Return the scales a patient is asked by link: the plan's own score first, then the condition's, at most one."""
    primary = instrument_of(plan, formulary)
    keys = [*([primary.key] if primary else []), *formulary.condition(plan.condition.key).instruments]
    found = [formulary.instruments[key] for key in dict.fromkeys(keys) if key in formulary.instruments]
    return [one for one in found if may_be_asked(one)][:1]


def counts_headaches(plan: Plan, formulary: Formulary) -> bool:
    """Whether a patient of this plan is asked for the week's headache days."""
    known = formulary.instruments.get(COUNTED)
    listed = COUNTED in formulary.condition(plan.condition.key).instruments
    return listed and known is not None and known.rated_by == BY_PATIENT and known.items_may_be_shown


def may_be_asked(instrument: Instrument) -> bool:
    """Whether patients rate it, its licence lets it be shown, it is one question and fits a row of taps."""
    return (
        instrument.key in QUESTIONS
        and instrument.rated_by == BY_PATIENT
        and instrument.items_may_be_shown
        and instrument.items == 1
        and instrument.highest is not None
        and instrument.highest <= MOST_ON_A_SCALE
    )


def _steps(instrument: Instrument) -> list[str]:
    lowest, highest = int(instrument.lowest or 0), int(instrument.highest or 0)
    return [show_number(Decimal(step)) for step in range(lowest, highest + 1)]
