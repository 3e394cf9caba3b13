"""A session given earlier: when, and why it is typed in only now."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from treatments.gates import MIN_REASON
from treatments.models import InjectionSession

LONGEST = 1000


class LateEntryForm(forms.Form):
    """The time on the paper, and the reason; neither is filled in beforehand."""

    given_at = forms.DateTimeField(
        label=_("Given at"),
        help_text=_("The time on the paper, as the clock here showed it."),
        validators=[of_a_calendar],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label=_("Why it is typed in only now"),
        min_length=MIN_REASON,
        max_length=LONGEST,
        help_text=_("10 characters or more; printed on the sheet. For example: no power that afternoon."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @staticmethod
    def initial_of(session: InjectionSession) -> dict[str, Any]:
        """Return what a draft that is marked already says."""
        if not session.is_late_entry:
            return {}
        return {"given_at": session.injected_at, "reason": session.late_entry_reason}
