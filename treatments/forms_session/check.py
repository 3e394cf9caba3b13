"""The day-of check as a form: every question asked, none answered beforehand."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from treatments.day_of import CLEAR_SKIN, IDENTIFIERS_NEEDED, INFECTED, NO, NOT_ASKED, YES, DayOfAnswers
from treatments.formulary import Formulary
from treatments.quantities import QuantityUnreadable, parse_units, show_number
from treatments.suitability import ELSEWHERE, NUMBERED, days_looked_back

YES_NO = ((NO, _("No")), (YES, _("Yes")))
YES_NO_NA = (*YES_NO, (NOT_ASKED, _("Does not apply")))
IDENTIFIERS = (
    ("name", _("Full name")),
    ("born_on", _("Date of birth")),
    ("record_number", _("Record number")),
    ("phone", _("Phone number")),
)
ONE_SIDE = {"left": _("Left infected"), "right": _("Right infected"), "midline": _("Infected")}
SKIN = "skin-"
BOTH = "both"


def radios(label: Any, choices: Iterable[Any]) -> forms.ChoiceField:
    """Return a question whose answers are buttons in a row."""
    return forms.ChoiceField(label=label, choices=list(choices), widget=forms.RadioSelect)


class DayOfForm(forms.Form):
    """What is asked of the patient today; skin fields are added for the muscles of this session."""

    identifiers = forms.MultipleChoiceField(
        label=_("Two identifiers, said by the patient"), choices=IDENTIFIERS, widget=forms.CheckboxSelectMultiple
    )
    illness = radios(_("New illness or new medicine since the consultation?"), YES_NO)
    illness_note = forms.CharField(label=_("What is new"), required=False, max_length=400)
    new_flags = forms.MultipleChoiceField(
        label=_("Does one of these apply now?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    pregnant = radios(_("Pregnant, or could be?"), YES_NO_NA)
    breastfeeding = radios(_("Breastfeeding?"), YES_NO_NA)
    swallowing = radios(_("Trouble swallowing?"), YES_NO)
    breathing = radios(_("Trouble breathing?"), YES_NO)
    elsewhere = radios(_("Botulinum toxin anywhere else, also cosmetic?"), YES_NO)
    elsewhere_on = forms.DateField(
        label=_("When"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[of_a_calendar],
    )
    elsewhere_product = forms.ChoiceField(label=_("Product"), required=False)
    elsewhere_units = forms.CharField(label=_("Units"), required=False, help_text=_("Empty if not known."))
    inr = forms.DecimalField(
        label=_("INR"), required=False, min_value=0, max_digits=4, decimal_places=2, help_text=_("On a blood thinner.")
    )
    deep_ticked = forms.BooleanField(
        label=_("On a blood thinner: deep muscles looked at, and to be treated"), required=False
    )
    consent = radios(_("Consents to the treatment today?"), ((YES, _("Yes")), (NO, _("No"))))

    def __init__(self, *args: Any, formulary: Formulary, product: str, places: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("new_flags").choices = [
            (key, question.text)
            for key, question in formulary.questions.items()
            if question.asked_of == "patient"
            and question.is_about(product)
            and question.kind == "yes_no"
            and (question.drug_class or key in NUMBERED)
        ]
        self._choices("elsewhere_product").choices = [
            ("", _("Not known")),
            *(
                (key, f"{item.name} ({key})" if "_" not in key else item.name)
                for key, item in formulary.products.items()
            ),
        ]
        self.fields["elsewhere"].label = gettext(
            "Botulinum toxin anywhere else, also cosmetic, since the last session or in the last %(days)s days?"
        ) % {"days": show_number(days_looked_back(formulary))}
        self.looks_back_by = formulary.questions[ELSEWHERE].source
        self.skin = sides_by_muscle(places)
        for muscle, sides in self.skin.items():
            self.fields[f"{SKIN}{muscle}"] = radios(formulary.muscle(muscle).name, skin_choices(sides))
        for field in self.fields.values():
            field.error_messages["required"] = _("not answered yet")

    def _choices(self, name: str) -> forms.ChoiceField:
        return cast("forms.ChoiceField", self.fields[name])

    @property
    def skin_fields(self) -> list[forms.BoundField]:
        """The rows of the skin, one a muscle."""
        return [self[f"{SKIN}{muscle}"] for muscle in self.skin]

    def clean_identifiers(self) -> list[str]:
        """Two of them, said by the patient, not read out to them."""
        chosen: list[str] = self.cleaned_data["identifiers"]
        if len(chosen) < IDENTIFIERS_NEEDED:
            raise forms.ValidationError(_("Ask for two."))
        return chosen

    def clean_elsewhere_units(self) -> Any:
        """Read the units given elsewhere; empty is unknown."""
        typed = self.cleaned_data["elsewhere_units"].strip()
        if not typed:
            return None
        try:
            return parse_units(typed)
        except QuantityUnreadable as refused:
            raise forms.ValidationError(gettext(refused.reason)) from refused

    def clean(self) -> dict[str, Any]:
        """Ask for the details a yes needs."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("illness") == YES and not data.get("illness_note"):
            self.add_error("illness_note", _("Write what is new."))
        if data.get("elsewhere") == YES and not data.get("elsewhere_on"):
            self.add_error("elsewhere_on", _("When was it? If only the month is known, its last day."))
        return data

    def answers(self) -> DayOfAnswers:
        """Return what was answered."""
        data = dict(self.cleaned_data)
        infection = {}
        for muscle, sides in self.skin.items():
            seen = data.pop(f"{SKIN}{muscle}")
            for side in sides:
                infection[f"{muscle}:{side}"] = INFECTED if seen in (side, BOTH) else CLEAR_SKIN
        return DayOfAnswers(
            **(data | {"identifiers": tuple(data["identifiers"]), "new_flags": tuple(data["new_flags"])}),
            infection=infection,
        )


def sides_by_muscle(places: Iterable[str]) -> dict[str, list[str]]:
    """Return the sides of each muscle of "muscle:side" places, in their order."""
    found: dict[str, list[str]] = {}
    for place in dict.fromkeys(places):
        muscle, _sep, side = place.partition(":")
        found.setdefault(muscle, []).append(side)
    return found


def skin_choices(sides: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the answers for one muscle: clear, or which side is infected."""
    choices: list[tuple[str, Any]] = [(NO, _("Clear")), *((side, ONE_SIDE[side]) for side in sides)]
    return [*choices, (BOTH, _("Both infected"))] if len(sides) > 1 else choices


def initial_of(kept: DayOfAnswers) -> dict[str, Any]:
    """Return a check that was saved before as the form shows it; a check never made shows nothing."""
    shown: dict[str, Any] = {
        name: getattr(kept, name) for name in DayOfAnswers.__dataclass_fields__ if name != "infection"
    }
    shown["elsewhere_units"] = "" if kept.elsewhere_units is None else str(kept.elsewhere_units.normalize())
    for muscle, sides in sides_by_muscle(kept.infection).items():
        infected = [side for side in sides if kept.infection[f"{muscle}:{side}"] == INFECTED]
        shown[f"{SKIN}{muscle}"] = (NO, infected[0] if infected else "", BOTH)[min(len(infected), 2)]
    return shown
