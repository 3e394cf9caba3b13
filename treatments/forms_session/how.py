"""How the session was done, and the reasons beside the findings."""

import re
from collections.abc import Iterable, Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from treatments.findings import Finding
from treatments.models.session import Guidance
from treatments.recording import HowDone

REASON = "reason:"
NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9]+")


class HowForm(forms.Form):
    """Needle, guidance, reaction, aftercare; nothing is chosen beforehand."""

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

    def how(self) -> HowDone:
        """Return what was typed."""
        return HowDone(**self.cleaned_data)


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
