"""What a manager sets about letters, parsed into drafts; each form knows what a page saw and what was looked at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from clinic.locations.models import Location
from scheduling.fields import CLOCK, DAY, WEEKDAYS, ClosedDays, LookedAt
from scheduling.models.policy import CALL_WITHIN, DAYS_BEFORE_AT_MOST, FIRST_DAY, LAST_DAY, REMINDERS_AT_MOST
from scheduling.policies import VisitRules
from scheduling.setting_places import PlaceDraft
from scheduling.setting_policies import PolicyDraft, StepDraft
from treatments.models import ConditionVersion

STEPS_AT_MOST = 8
BEFORE, AFTER = "before", "after"


class StepForm(forms.Form):
    """One step: so many days before or after the day to be back."""

    number = forms.IntegerField(required=False, min_value=1, max_value=9999, widget=forms.HiddenInput)
    days = forms.IntegerField(label=_("Days"), required=False, min_value=0, max_value=LAST_DAY)
    side = forms.ChoiceField(
        label=_("When"), choices=((BEFORE, _("before the day to be back")), (AFTER, _("after the day to be back")))
    )
    is_on = forms.BooleanField(label=_("Send this letter"), required=False)
    is_removed = forms.BooleanField(label=_("Remove"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a step that was there and has no day, and one too far before."""
        data: dict[str, Any] = super().clean() or {}
        days = data.get("days")
        if days is None and data.get("number") and not data.get("is_removed") and not self.errors:
            self.add_error("days", _("Say how many days, or remove the letter."))
        if days is not None and data.get("side") == BEFORE and days > -FIRST_DAY:
            self.add_error("days", _("At most %(days)s days before.") % {"days": -FIRST_DAY})
        return data

    @property
    def draft(self) -> StepDraft | None:
        """The step, or None for an empty line or one removed."""
        data = self.cleaned_data
        if data.get("days") is None or data["is_removed"]:
            return None
        days = -data["days"] if data["side"] == BEFORE else data["days"]
        return StepDraft(data["number"], days, is_on=data["is_on"])

    @staticmethod
    def shown(step: StepDraft) -> dict[str, Any]:
        """Return a step as the form shows it."""
        return {
            "number": step.number,
            "days": abs(step.days),
            "side": AFTER if step.days > 0 else BEFORE,
            "is_on": step.is_on,
        }


class Steps(forms.BaseFormSet):  # type: ignore[type-arg] # Django's own takes no argument
    """The steps of a policy; two on one day are one letter, so they are refused."""

    def clean(self) -> None:
        """Refuse two letters for the same day."""
        if any(self.errors):
            return
        on = [step.days for step in self.drafts if step.is_on]
        if len(on) != len(set(on)):
            raise ValidationError(_("Two letters have the same day. Change one, or turn it off."))

    @property
    def drafts(self) -> tuple[StepDraft, ...]:
        """The steps as they were sent. A number is one step's: sent twice, the second is a new step."""
        found: list[StepDraft] = []
        for step in (form.draft for form in self.forms):
            if step is not None:
                is_known = any(step.number == other.number for other in found)
                found.append(replace(step, number=None) if is_known else step)
        return tuple(found)


def steps_of(data: Any, draft: PolicyDraft) -> Steps:
    """Return the lines for a policy's steps, one empty line at the end."""
    made: type[Steps] = forms.formset_factory(  # type: ignore[assignment]
        StepForm, formset=Steps, extra=1, max_num=STEPS_AT_MOST, validate_max=True, absolute_max=STEPS_AT_MOST * 2
    )
    shown = [StepForm.shown(step) for step in draft.steps]
    # Each line is read as it was sent: one left as it was is a step too, whatever the page says of how many there were.
    return made(data, initial=shown, prefix="step", form_kwargs={"empty_permitted": False})


class PolicyForm(LookedAt):
    """Everything of a follow-up policy but its steps."""

    is_in_use = forms.BooleanField(label=_("This condition has letters of its own"), required=False)
    call_after_days = forms.IntegerField(
        label=_("A person calls so many days after the last letter"), min_value=0, max_value=CALL_WITHIN
    )

    def __init__(self, *args: Any, is_for_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_for_all = is_for_all
        if is_for_all:
            del self.fields["is_in_use"]

    def draft(self, steps: Steps) -> PolicyDraft:
        """Return the policy as it was sent."""
        return PolicyDraft(
            steps.drafts,
            self.cleaned_data["call_after_days"],
            is_in_use=self.is_for_all or self.cleaned_data["is_in_use"],
        )


class SampleForm(forms.Form):
    """A sample patient: treated when, for what, where, how often."""

    prefix = "sample"

    treated_on = forms.DateField(label=_("Treated on"), widget=DAY, validators=[of_a_calendar])
    weeks = forms.IntegerField(label=_("Interval, weeks"), min_value=1, max_value=104)
    location = forms.ModelChoiceField(
        label=_("Location"), queryset=Location.objects.none(), to_field_name="public_id", empty_label=None
    )
    condition = forms.ChoiceField(label=_("Condition"))

    def __init__(self, *args: Any, places: Sequence[Location], condition: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = Location.objects.filter(pk__in=[one.pk for one in places])  # type: ignore[attr-defined]
        if condition:
            del self.fields["condition"]
        else:
            found = [(row.key, row.name) for row in ConditionVersion.objects.current()]
            choices = sorted(found, key=lambda row: row[1].lower())
            self.fields["condition"].choices = choices  # type: ignore[attr-defined]


class VisitPolicyForm(LookedAt):
    """The letters around visits of one type."""

    nudge_days_before = forms.IntegerField(
        label=_("Ask again for a form that has not come, days before the visit"),
        required=False,
        min_value=1,
        max_value=DAYS_BEFORE_AT_MOST,
        help_text=_("Empty: it is not asked for again."),
    )
    sends_aftercare = forms.BooleanField(label=_("Send the advice after a session"), required=False)
    asks_check_ins = forms.BooleanField(
        label=_("Ask after a session how the patient is"),
        required=False,
        help_text=_("The questions about symptoms that could be serious are among them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, REMINDERS_AT_MOST + 1):
            self.fields[f"reminder_{number}"] = forms.IntegerField(
                label=_("Reminder %(number)s, days before the visit") % {"number": number},
                required=False,
                min_value=1,
                max_value=DAYS_BEFORE_AT_MOST,
            )

    @property
    def reminders(self) -> list[forms.BoundField]:
        """The boxes of the reminders."""
        return [self[f"reminder_{number}"] for number in range(1, REMINDERS_AT_MOST + 1)]

    @property
    def draft(self) -> VisitRules:
        """The policy as it was sent; the same day twice is one reminder."""
        data = self.cleaned_data
        days = {data[f"reminder_{number}"] for number in range(1, REMINDERS_AT_MOST + 1)} - {None}
        return VisitRules(
            reminder_days_before=tuple(sorted(days, reverse=True)),
            nudge_days_before=data["nudge_days_before"],
            sends_aftercare=data["sends_aftercare"],
            asks_check_ins=data["asks_check_ins"],
        )

    @staticmethod
    def shown(rules: VisitRules) -> dict[str, Any]:
        """Return a policy as the form shows it."""
        return {
            "nudge_days_before": rules.nudge_days_before,
            "sends_aftercare": rules.sends_aftercare,
            "asks_check_ins": rules.asks_check_ins,
            **{f"reminder_{number}": days for number, days in enumerate(rules.reminder_days_before, start=1)},
        }


class PlaceForm(ClosedDays, LookedAt):
    """When letters of a location go: hours, closed weekdays, closures."""

    field_order = ("mail_from", "mail_until", "closed_weekdays")

    mail_from = forms.TimeField(label=_("Letters go from"), widget=CLOCK)
    mail_until = forms.TimeField(label=_("until"), widget=CLOCK)
    closed_weekdays = forms.TypedMultipleChoiceField(
        label=_("Closed every week on"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse hours that end before they begin, and a place that never opens."""
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("mail_from"), data.get("mail_until")
        if start and end and start >= end:
            self.add_error("mail_until", _("Letters must be able to go: choose an hour after the first."))
        if len(data.get("closed_weekdays") or ()) == len(WEEKDAYS):
            self.add_error("closed_weekdays", _("Leave one day open: letters wait for it."))
        return data

    @property
    def draft(self) -> PlaceDraft:
        """Hours and days as they were sent."""
        data = self.cleaned_data
        return PlaceDraft(
            mail_from=data["mail_from"],
            mail_until=data["mail_until"],
            closed_weekdays=tuple(sorted(data["closed_weekdays"])),
            added=self.added,
            removed=self.opened,
        )
