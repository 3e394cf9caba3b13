"""How the session was done, and the reasons beside the findings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from clinic.staff.models import User
from treatments.findings import Finding
from treatments.formulary import Instrument
from treatments.models import InjectionSession
from treatments.models.session import Guidance
from treatments.recording import HowDone

REASON = "reason:"
NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9]+")


class HowForm(forms.Form):
    """Who gave it and how, and how it was for the patient; nothing is chosen beforehand but whose session it is."""

    clinician = forms.ChoiceField(label=_("Injected by"), required=False)
    assistant = forms.ChoiceField(label=_("Assistant"), required=False)
    assistant_name = forms.CharField(
        label=_("Assistant, not of the staff"), required=False, max_length=120, help_text=_("A name, if not listed.")
    )
    needle = forms.CharField(label=_("Needle"), required=False, max_length=80)
    guidance = forms.ChoiceField(
        label=_("Guidance"), required=False, choices=[("", _("Not chosen yet")), *Guidance.choices]
    )
    injected_at = forms.DateTimeField(
        label=_("Injected"),
        required=False,
        help_text=_("Left empty: when you sign."),
        validators=[of_a_calendar],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    pain_nrs = forms.TypedChoiceField(
        label=_("Pain during the injections"),
        required=False,
        coerce=int,
        empty_value=None,
    )
    immediate_reaction = forms.CharField(
        label=_("Immediate reaction"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    aftercare_given = forms.BooleanField(label=_("Aftercare sheet given"), required=False)
    given_despite = forms.CharField(
        label=_("Your statement: why it was given despite the stop"),
        required=False,
        help_text=_("10 characters or more. Printed on the sheet; the manager is told."),
        widget=forms.Textarea(attrs={"rows": 3, "hx-preserve": "true"}),
    )

    def __init__(
        self, data: QueryDict | None = None, *, session: InjectionSession, staff: Sequence[User], pain: Instrument
    ) -> None:
        """Offer the staff of the location; `pain` is the scale of the catalogue."""
        super().__init__(data, initial=_kept(session))
        self._staff = {str(one.public_id): one for one in staff}
        people = [(key, one.full_name) for key, one in self._staff.items()]
        self._offer("clinician", [(key, name) for key, name in people if self._staff[key].is_clinician])
        self._offer("assistant", [("", _("Nobody")), *people])
        steps = range(int(pain.lowest or 0), int(pain.highest or 0) + 1)
        self.fields["pain_nrs"].help_text = gettext("The patient says it: %(none)s none, %(worst)s the worst.") % {
            "none": steps[0],
            "worst": steps[-1],
        }
        self._offer("pain_nrs", [("", _("Not asked yet")), *((str(step), str(step)) for step in steps)])
        if session.is_late_entry:
            self.fields["injected_at"].required = True
            self.fields["injected_at"].help_text = _("The time on the paper.")

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse two assistants in one place."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("assistant") and cleaned.get("assistant_name"):
            self.add_error("assistant_name", _("Choose one of the staff or write a name, not both."))
        elif cleaned.get("assistant") and cleaned["assistant"] == cleaned.get("clinician"):
            self.add_error("assistant", _("Nobody assists themselves: choose another, or nobody."))
        return cleaned

    def how(self) -> HowDone:
        """Return what was typed."""
        values = dict(self.cleaned_data)
        clinician, assistant = values.pop("clinician"), values.pop("assistant")
        return HowDone(
            clinician_id=self._staff[clinician].pk if clinician else None,
            assistant_id=self._staff[assistant].pk if assistant else None,
            **values,
        )


def _kept(session: InjectionSession) -> dict[str, Any]:
    """Return how it was done as it is kept."""
    names = ("assistant_name", "needle", "guidance", "injected_at", "pain_nrs", "immediate_reaction", "note")
    return {name: getattr(session, name) for name in (*names, "aftercare_given", "given_despite")} | {
        "clinician": str(session.clinician.public_id),
        "assistant": str(session.assistant.public_id) if session.assistant else "",
    }


def slug(key: str) -> str:
    """Return a finding's key as the id of a field: a selector may hold no colon and no at sign."""
    return NOT_IN_AN_ID.sub("-", key)


def reasons_in(posted: QueryDict) -> dict[str, str]:
    """Return the reasons typed, by the key of the finding each answers."""
    return {name.removeprefix(REASON): posted.get(name, "") for name in posted if name.startswith(REASON)}


class ReasonsForm(forms.Form):
    """One reason a finding that needs one: never one for all."""

    def __init__(self, findings: Iterable[Finding], reasons: Mapping[str, str]) -> None:
        super().__init__(initial={f"{REASON}{key}": text for key, text in reasons.items()})
        for finding in findings:
            self.fields[f"{REASON}{finding.key}"] = forms.CharField(
                label=_("Reason, kept on the signed record (10 characters or more)"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "hx-preserve": "true", "id": f"reason-{slug(finding.key)}"}),
            )

    def field_for(self, finding: Finding) -> forms.BoundField | None:
        """Return the reason field of a finding, or None where none is asked for."""
        name = f"{REASON}{finding.key}"
        return self[name] if name in self.fields else None
