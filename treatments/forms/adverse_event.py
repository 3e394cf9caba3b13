"""An adverse event as a clinician writes it down, or what is known of it now."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.lib.validators import of_a_calendar
from treatments.adverse_events import EventFacts
from treatments.formulary import Formulary
from treatments.models import (
    EventEntry,
    EventOutcome,
    EventSeverity,
    InjectionSession,
    Lot,
    Relatedness,
    SessionSite,
)
from treatments.quantities import show_number

OTHER = "other"
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
LONGEST_DAYS = 9999


class EventForm(forms.Form):
    """When it began is a day, or so many days after the session; the rest is judgement, none of it filled in."""

    term_key = forms.ChoiceField(label=gettext_lazy("What happened"))
    term = forms.CharField(label=gettext_lazy("If other, what"), max_length=200, required=False)
    onset_on = forms.DateField(
        label=gettext_lazy("Began on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[of_a_calendar],
    )
    onset_days = forms.IntegerField(
        label=gettext_lazy("or days after the session"),
        required=False,
        min_value=0,
        validators=[MaxValueValidator(LONGEST_DAYS)],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "form-control-num"}),
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"), choices=EventSeverity.choices, widget=forms.RadioSelect
    )
    is_serious = forms.ChoiceField(
        label=gettext_lazy("Serious"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Serious: fatal, a danger to life, hospital, lasting disability, or what the list below says of it."
        ),
    )
    relatedness = forms.ChoiceField(
        label=gettext_lazy("Caused by the treatment, in your judgement"),
        choices=Relatedness.choices,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=EventOutcome.choices, widget=forms.RadioSelect)
    resolved_on = forms.DateField(
        label=gettext_lazy("Resolved on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[of_a_calendar],
    )
    sites = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Where, if at a place that was injected"),
        queryset=SessionSite.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    lots = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Lots given"),
        queryset=Lot.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    action_taken = forms.CharField(
        label=gettext_lazy("Action taken"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_struck = forms.BooleanField(
        label=gettext_lazy("This was recorded by mistake (say why in the note)"), required=False
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        formulary: Formulary,
        session: InjectionSession | None,
        today: date,
        is_new: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.formulary, self.session, self.today = formulary, session, today
        terms = sorted(formulary.events.values(), key=lambda event: event.term)
        self.fields["term_key"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((event.key, event.term) for event in terms),
            (OTHER, _("Other")),
        ]
        if session is None:
            for name in ("onset_days", "sites", "lots"):
                del self.fields[name]
        else:
            sites, lots = self.fields["sites"], self.fields["lots"]
            sites.queryset = session.sites.select_related("muscle").order_by("position", "id")  # type: ignore[attr-defined]
            sites.label_from_instance = site_words  # type: ignore[attr-defined]
            lots.queryset = lots_of(session)  # type: ignore[attr-defined]
        if is_new:
            del self.fields["is_struck"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.errors_shown_above = True
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        """Judgements as buttons in a row; the places folded away, for a session may have forty."""
        judged = {"severity", "is_serious", "relatedness", "outcome", "lots"}
        shown: list[Any] = []
        for name in self.fields:
            if name == "onset_days":
                continue
            if name == "onset_on":
                row = [one for one in (name, "onset_days") if one in self.fields]
                shown.append(Div(*row, css_class="field-row"))
            elif name == "sites":
                opened = " open" if self["sites"].value() else ""
                folded = f'<details class="more"{opened}><summary>{self.fields[name].label}</summary>'
                shown += [HTML(folded), Field(name, wrapper_class="choices"), HTML("</details>")]
            else:
                shown.append(Field(name, wrapper_class="choices" if name in judged else ""))
        return Layout(*shown)

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("term_key") == OTHER and not found.get("term", "").strip():
            self.add_error("term", _("Say what happened."))
        onset_on = self._onset(found)
        found["onset_on"] = onset_on
        resolved_on = found.get("resolved_on")
        if found.get("outcome") == EventOutcome.RESOLVED and not resolved_on and "resolved_on" not in self.errors:
            self.add_error("resolved_on", _("Say on which day it was over."))
        if resolved_on and onset_on and resolved_on < onset_on:
            self.add_error("resolved_on", _("It cannot be over before it began."))
        if resolved_on and resolved_on > self.today:
            self.add_error("resolved_on", _("This day has not come yet."))
        if found.get("is_struck") and not found.get("note", "").strip():
            self.add_error("note", _("Say why it was recorded by mistake."))
        return found

    def _onset(self, found: dict[str, Any]) -> date | None:
        on, days = found.get("onset_on"), found.get("onset_days")
        if "onset_on" in self.errors or "onset_days" in self.errors:
            return None
        given_on = self.session.injected_on if self.session else None
        if on is None and days is not None and given_on is not None:
            on = given_on + timedelta(days=days)
        elif on is not None and days is not None and given_on is not None and (on - given_on).days != days:
            self.add_error("onset_days", _("This is another day than the date beside it: keep one of them."))
        if on is None:
            self.add_error("onset_on", _("Say when it began."))
        elif on > self.today:
            self.add_error("onset_on", _("This day has not come yet."))
        elif given_on is not None and on < given_on:
            self.add_error("onset_on", _("It began before this session."))
        return on

    def facts(self) -> EventFacts:
        """Return the event as it was written down; only of a form that is valid."""
        data = self.cleaned_data
        key = "" if data["term_key"] == OTHER else data["term_key"]
        return EventFacts(
            term_key=key,
            term=self.formulary.events[key].term if key else data["term"].strip(),
            onset_on=data["onset_on"],
            is_serious=data["is_serious"] == "yes",
            severity=data["severity"],
            relatedness=data["relatedness"],
            action_taken=data["action_taken"].strip(),
            outcome=data["outcome"],
            resolved_on=data["resolved_on"],
            note=data["note"].strip(),
            sites=list(data.get("sites") or ()),
            lots=list(data.get("lots") or ()),
            is_struck=bool(data.get("is_struck")),
        )


def initial_of(entry: EventEntry, formulary: Formulary) -> dict[str, Any]:
    """Return an entry as the form shows it, to write down what is known now."""
    is_listed = entry.term_key in formulary.events
    return {
        "term_key": entry.term_key if is_listed else OTHER,
        "term": "" if is_listed else entry.term,
        "onset_on": entry.onset_on,
        "severity": entry.severity,
        "is_serious": "yes" if entry.is_serious else "no",
        "relatedness": entry.relatedness,
        "outcome": entry.outcome,
        "resolved_on": entry.resolved_on,
        "sites": [site.public_id for site in entry.sites.all()],
        "lots": [lot.public_id for lot in entry.lots.all()],
        "action_taken": entry.action_taken,
        "seen": entry.number,
    }


def lots_of(session: InjectionSession) -> Any:
    """Return the lots of which something was given in a session."""
    return Lot.objects.filter(
        pk__in=session.draws.filter(kind="given", units__gt=0).values("vial__lot")
    ).select_related("product")


def site_words(site: SessionSite) -> str:
    """Return a site in words: the muscle, the patient's own side."""
    return f"{site.muscle.name}, {site.get_side_display()} ({show_number(site.units)})"


def offered(session: InjectionSession | None) -> Sequence[Any]:
    """Return the lots ticked at first: all that were given."""
    return [lot.public_id for lot in lots_of(session)] if session else []
