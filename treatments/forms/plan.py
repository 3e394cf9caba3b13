"""The plan as it is typed: its few fields as a form, its sites as a table of lines that is read as one piece."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.lib.typed import whole_number
from treatments.formulary import Condition, Formulary
from treatments.intervals import Interval
from treatments.models import Plan
from treatments.models.plan import IntervalUnit
from treatments.plan_sites import SiteRow, side_for
from treatments.quantities import QuantityUnreadable, parse_units, show_number
from treatments.showing import side_settled

BLANK_LINES = 3
MOST_SITES = 60
"""Entries on one line: beyond what is ever injected into a muscle, and what a figure can show."""


class PlanForm(forms.Form):
    """Product, interval as it is said, the score that is followed, a note."""

    product = forms.ChoiceField(label=gettext_lazy("Product"))
    interval_value = forms.IntegerField(label=gettext_lazy("Interval"), min_value=1, max_value=1000)
    interval_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=IntervalUnit.choices)
    primary_instrument = forms.ChoiceField(label=gettext_lazy("Score that is followed"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note, and why it differs"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    why = forms.CharField(
        label=gettext_lazy("Why it changes"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Kept with this revision."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, condition: Condition, formulary: Formulary, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        choices = [("", "—"), *products_for(condition, formulary)]
        self.fields["product"].choices = choices  # type: ignore[attr-defined]
        self.fields["primary_instrument"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((key, formulary.instruments[key].name) for key in condition.instruments if key in formulary.instruments),
        ]

    @property
    def helper(self) -> FormHelper:
        """Interval and unit stand beside each other."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "product",
            Div("interval_value", "interval_unit", css_class="field-row field-row-keep"),
            "primary_instrument",
            "note",
        )
        return helper

    @property
    def interval(self) -> Interval:
        """The interval that was typed. The form must be valid."""
        return Interval(self.cleaned_data["interval_value"], self.cleaned_data["interval_unit"])

    def as_typed(self) -> dict[str, str]:
        """Return every field as text."""
        return {name: str(self.data.get(name, "")).strip() for name in self.fields}


def products_for(condition: Condition, formulary: Formulary) -> list[tuple[str, str]]:
    """Return the products, those the label allows for the condition first, each with its label status."""

    def label(key: str) -> str:
        product = formulary.product(key)
        status = _("approved") if condition.status_of(key) == "approved" else _("off label")
        is_substance = product.name != key and "_" not in key  # a brand's own key names no substance
        return f"{product.name}, {key} ({status})" if is_substance else f"{product.name} ({status})"

    keys = sorted(formulary.products, key=lambda key: (condition.status_of(key) != "approved", label(key)))
    return [(key, label(key)) for key in keys]


def plan_initial(plan: Plan) -> dict[str, str]:
    """Return a plan's few fields as the page's text."""
    return {
        "product": plan.product.key,
        "interval_value": str(plan.interval_value),
        "interval_unit": plan.interval_unit,
        "primary_instrument": plan.primary_instrument,
        "note": plan.note,
    }


@dataclass(slots=True)
class Line:
    """One line of the table as typed: so many entries of a muscle and side, so many units each."""

    name: str
    muscle: str
    side: str
    count: str = ""
    units: str = ""
    errors: list[str] = field(default_factory=list)
    row: SiteRow | None = None

    @property
    def is_new(self) -> bool:
        """Whether its muscle is chosen on the page."""
        return self.name.startswith("new-")

    @property
    def is_empty(self) -> bool:
        """An empty extra line is ignored."""
        return self.is_new and not any((self.muscle, self.side, self.count, self.units))


class SiteTable:
    """The lines of the table: made from the plan's rows or read from what was posted, every line kept as typed."""

    def __init__(self, lines: Iterable[Line], formulary: Formulary) -> None:
        self.formulary = formulary
        self.lines = list(lines)
        self.notes: list[str] = []

    @classmethod
    def of_rows(cls, rows: Iterable[SiteRow], formulary: Formulary) -> "SiteTable":
        """Return the table of a plan, with a few empty lines below."""
        lines = [
            Line(name, row.muscle, row.side, str(row.count), show_number(row.units_each).replace(",", ""), row=row)
            for name, row in _named(rows)
        ]
        return cls([*lines, *_blank(range(BLANK_LINES))], formulary)

    @classmethod
    def of_post(cls, data: Mapping[str, Any], formulary: Formulary) -> "SiteTable":
        """Return the table as it was posted, in its order, each line read or with what is wrong with it."""
        lines = []
        for key in data:
            head, _dash, name = str(key).partition("-")
            if head != "count" or (name.count(":") != 2 and not name.startswith("new-")):  # noqa: PLR2004 - muscle:side:number
                continue
            muscle, side = str(data.get(f"muscle-{name}", "")), str(data.get(f"side-{name}", ""))
            if not name.startswith("new-"):
                muscle, side, _number = name.split(":")
            count, units = str(data.get(key, "")).strip(), str(data.get(f"units-{name}", "")).strip()
            if muscle and muscle not in formulary.muscles:
                continue
            lines.append(Line(name, muscle, side, count, units))
        table = cls(lines, formulary)
        for line in table.lines:
            table.read(line)
        table.limit()
        return table

    def read(self, line: Line) -> None:
        """Read one line; 0 sites takes it out."""
        if line.is_empty or (not line.is_new and line.count in ("", "0")):
            return
        if not line.muscle:
            line.errors.append(_("Choose the muscle."))
        side = side_for(line.muscle, line.side, self.formulary) if line.muscle else line.side
        if line.muscle and (note := side_settled(self.formulary.muscle(line.muscle), line.side)):
            self.notes.append(note)
        if line.muscle and side not in self.formulary.muscle(line.muscle).sides:
            line.errors.append(_("Choose the patient's left or right."))
        count = _count(line)
        units = _units(line)
        if not line.errors and count is not None and units is not None:
            line.row = SiteRow(line.muscle, side, count, units)

    def limit(self) -> None:
        """Refuse more entries of one muscle and side than one line may have, however many lines they stand in."""
        sites: dict[str, int] = {}
        for line in self.lines:
            if line.row is None:
                continue
            sites[line.row.place] = sites.get(line.row.place, 0) + line.row.count
            if sites[line.row.place] > MOST_SITES:
                line.row = None
                line.errors.append(_("At most %(most)d sites of one muscle and side.") % {"most": MOST_SITES})

    @property
    def is_valid(self) -> bool:
        """Whether every line that is not empty could be read."""
        return not any(line.errors for line in self.lines)

    @property
    def rows(self) -> tuple[SiteRow, ...]:
        """What was read, muscles kept together in the order they first stand on the page."""
        read = [line.row for line in self.lines if line.row is not None]
        order = {muscle: place for place, muscle in reversed(list(enumerate(row.muscle for row in read)))}
        return tuple(sorted(read, key=lambda row: order[row.muscle]))

    @property
    def total_units(self) -> Decimal:
        """Units of all lines that could be read."""
        return sum((row.units for row in self.rows), Decimal(0))

    @property
    def total_sites(self) -> int:
        """Needle entries of all lines that could be read."""
        return sum(row.count for row in self.rows)

    def as_typed(self) -> dict[str, str]:
        """Return every box of the table as text, by its name on the page."""
        typed: dict[str, str] = {}
        for line in self.lines:
            typed |= {f"count-{line.name}": line.count, f"units-{line.name}": line.units}
            if line.is_new:
                typed |= {f"muscle-{line.name}": line.muscle, f"side-{line.name}": line.side}
        return typed


def _named(rows: Iterable[SiteRow]) -> Iterable[tuple[str, SiteRow]]:
    """Give each row a name that stays when other lines come and go: "temporalis:left:0"."""
    seen: dict[str, int] = {}
    for row in rows:
        number = seen.get(row.place, 0)
        seen[row.place] = number + 1
        yield f"{row.place}:{number}", row


def _blank(numbers: Iterable[int]) -> list[Line]:
    return [Line(f"new-{number}", "", "") for number in numbers]


def _count(line: Line) -> int | None:
    count = whole_number(line.count)
    if not 1 <= count <= MOST_SITES:
        line.errors.append(_("Write how many sites: 1 to %(most)d.") % {"most": MOST_SITES})
        return None
    return count


def _units(line: Line) -> Decimal | None:
    try:
        return parse_units(line.units)
    except QuantityUnreadable as refusal:
        line.errors.append(_(refusal.reason))
        return None
