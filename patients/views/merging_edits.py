"""Two people edited one record: what the other changed, beside what was typed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext as _

from patients.forms import AmendForm, initial_of
from patients.registration import EditedMeanwhile, PersonFacts


@dataclass(frozen=True)
class Difference:
    """One field that the other changed; `typed` is None where this desk had left it alone."""

    label: str
    was: str
    theirs: str
    typed: str | None


@dataclass(frozen=True)
class MergedEdit:
    """The form's data for the next press, and what must be seen before it."""

    data: QueryDict
    differences: tuple[Difference, ...]


def merged_edit(form: AmendForm, refusal: EditedMeanwhile) -> MergedEdit:
    """Take over what the other changed where nothing was typed; keep what was typed where both changed.

    The next press saves: it carries the version that is shown now.
    """
    theirs, typed = PersonFacts.of(refusal.theirs), form.facts()
    seen = refusal.seen
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(refusal.theirs.version)
    differences = []
    changed_there = theirs.differing(seen) if seen else theirs.differing(typed)
    changed_here = typed.differing(seen) if seen else changed_there
    for name in changed_there:
        if name not in form.fields:
            continue
        is_mine_too = name in changed_here and getattr(typed, name) != getattr(theirs, name)
        if not is_mine_too:
            _take_over(data, form, name, theirs)
        differences.append(
            Difference(
                label=str(form.fields[name].label),
                was=_words(form, name, seen) if seen else "",
                theirs=_words(form, name, theirs),
                typed=_words(form, name, typed) if is_mine_too else None,
            )
        )
    return MergedEdit(data, tuple(differences))


def _take_over(data: QueryDict, form: AmendForm, name: str, theirs: PersonFacts) -> None:
    """Write their value into the form as its field would show it."""
    value = form.fields[name].prepare_value(initial_of(theirs)[name])
    if isinstance(value, bool):
        data.pop(name, None)
        if value:
            data[name] = "on"
        return
    data[name] = formats.localize_input(value) if isinstance(value, date) else str(value or "")


def _words(form: AmendForm, name: str, facts: PersonFacts) -> str:
    """Return a fact as a person reads it."""
    value: Any = form.fields[name].prepare_value(getattr(facts, name))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value) or _("nothing"))
