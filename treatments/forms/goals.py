"""A look back at what was agreed: each goal met, partly or not, each strategy kept up or not, with a word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.goals import Agreed, GoalLook, StrategyLook
from treatments.models import Goal, GoalOutcome, Strategy

KEPT_UP = (("yes", gettext_lazy("Kept up")), ("no", gettext_lazy("Not kept up")))


@dataclass(frozen=True, slots=True)
class Looked:
    """One goal or strategy with its two fields."""

    thing: Goal | Strategy
    words: str
    verdict: BoundField
    note: BoundField


class ReviewForm(forms.Form):
    """Nothing is chosen beforehand; what is left out is not reviewed today."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, agreed: Agreed) -> None:
        super().__init__(data)
        self.agreed = agreed
        for goal in agreed.goals:
            self._ask(f"goal_{goal.public_id}", GoalOutcome.choices)
        for strategy in agreed.strategies:
            self._ask(f"kept_{strategy.public_id}", KEPT_UP)

    def _ask(self, name: str, choices: Any) -> None:
        self.fields[name] = forms.ChoiceField(
            label=_("This time"), choices=choices, required=False, widget=forms.RadioSelect
        )
        self.fields[f"{name}_note"] = forms.CharField(label=_("Note"), required=False, max_length=400)

    def clean(self) -> dict[str, Any]:
        """A note belongs to a verdict, and something must be said at all."""
        cleaned: dict[str, Any] = super().clean() or {}
        names = [name for name in self.fields if not name.endswith("_note")]
        for name in names:
            if cleaned.get(f"{name}_note") and not cleaned.get(name):
                self.add_error(name, _("Choose one, or leave the note out."))
        if not self.errors and not any(cleaned.get(name) for name in names):
            raise forms.ValidationError(_("Nothing was chosen."))
        return cleaned

    def goal_looks(self) -> list[GoalLook]:
        """Return what was said of goals."""
        said = ((goal, f"goal_{goal.public_id}") for goal in self.agreed.goals)
        return [
            GoalLook(goal, self.cleaned_data[name], self.cleaned_data[f"{name}_note"])
            for goal, name in said
            if self.cleaned_data[name]
        ]

    def strategy_looks(self) -> list[StrategyLook]:
        """Return what was said of strategies."""
        said = ((one, f"kept_{one.public_id}") for one in self.agreed.strategies)
        return [
            StrategyLook(one, self.cleaned_data[name] == "yes", self.cleaned_data[f"{name}_note"])
            for one, name in said
            if self.cleaned_data[name]
        ]

    def goals(self) -> list[Looked]:
        """Return the goals with their fields."""
        return [self._looked(goal, goal.text, f"goal_{goal.public_id}") for goal in self.agreed.goals]

    def strategies(self) -> list[Looked]:
        """Return the strategies with their fields."""
        return [self._looked(one, one.what, f"kept_{one.public_id}") for one in self.agreed.strategies]

    def _looked(self, thing: Goal | Strategy, words: str, name: str) -> Looked:
        return Looked(thing, words, self[name], self[f"{name}_note"])
