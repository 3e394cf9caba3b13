"""The forms of the pages of imports: the file, how it is read, who a held row is."""

from collections import Counter
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib.sheets import plain_heads
from clinic.locations.models import Location
from patients.forms import COMPARED
from patients.importing import deeds, heads
from patients.models import DateOrder, Import, ImportKind
from patients.wording_importing import COLUMNS, ENCODINGS

LARGEST: Final = 40_000_000
WIDEST: Final = 200
PLAIN: Final = {"class": "form-select"}


class BringForm(forms.Form):
    """A file, and the location whose people these are."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (XLSX), with a head line. Nothing is saved before you have seen how it is read."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods"}),
    )
    location = forms.ChoiceField(label=_("Location"))

    def __init__(self, *args: Any, locations: list[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locations = {str(place.public_id): place for place in locations}
        self.fields["location"].choices = [(key, place.name) for key, place in self.locations.items()]  # type: ignore[attr-defined] # a ChoiceField's
        if len(locations) == 1:
            self.fields["location"].widget = forms.HiddenInput()
            self.fields["location"].initial = next(iter(self.locations))

    def clean_file(self) -> Any:
        """Refuse what is too large to be a table of people."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("This file is larger than 40 MB. Cut it into parts with the same head line."))
        return file

    @property
    def chosen(self) -> Location:
        """Where these people belong."""
        return self.locations[self.cleaned_data["location"]]


class ReadForm(forms.Form):
    """How a file is read: what each column is, and what holds for the whole file."""

    kind = forms.ChoiceField(label=_("The rows are"), choices=ImportKind.choices)
    encoding = forms.ChoiceField(
        label=_("Letters are written in"),
        choices=ENCODINGS,
        required=False,
        help_text=_("If names below look wrong (ZoÃ«), choose another."),
    )
    date_order = forms.ChoiceField(
        label=_("Dates are written as"),
        choices=DateOrder.choices,
        help_text=_("For the whole file. 1979-05-02 is read whatever you choose."),
    )
    code_system = forms.CharField(
        label=_("Codes are of"),
        required=False,
        max_length=60,
        help_text=_("For allergies, problems and medicines, where no column says it: SNOMED-CT, RxNorm, ICD-10."),
    )
    source = forms.CharField(
        label=_("Name of the other system"),
        required=False,
        max_length=40,
        help_text=_("Only if people come from several: each has its own numbers."),
    )

    def __init__(self, data: Any = None, *, imported: Import) -> None:
        wanted = {head: target for target, head in imported.columns.items()}
        self.plain = plain_heads(imported.heads)[:WIDEST]
        said = {"kind": imported.kind, "encoding": imported.encoding, "date_order": imported.date_order}
        said |= {"code_system": imported.code_system, "source": imported.source}
        super().__init__(data, initial=said)
        if not imported.separator:
            del self.fields["encoding"]
        needed = heads.needed(imported.kind)
        offered = [
            (target, f"{COLUMNS[target]} *" if target in needed else COLUMNS[target])
            for target in heads.known(imported.kind)
        ]
        for at, head in enumerate(self.plain):
            field = forms.ChoiceField(
                label=imported.heads[at] or _("(no head)"),
                choices=[("", _("is not used")), *offered],
                required=False,
                initial=wanted.get(head, ""),
                widget=forms.Select(attrs=PLAIN),
            )
            if head:
                self.fields[f"column_{at}"] = field

    @property
    def columns(self) -> list[Any]:
        """The fields of the columns, bound."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        """Refuse two columns for one thing."""
        cleaned: dict[str, Any] = super().clean() or {}
        said = {name: target for name, target in cleaned.items() if name.startswith("column_") and target}
        for target, count in Counter(said.values()).items():
            if count > 1:
                second = [name for name, chosen in said.items() if chosen == target][1]
                self.add_error(second, _("Two columns cannot both be “%(what)s”.") % {"what": COLUMNS[target]})
        return cleaned

    def choice(self, imported: Import) -> deeds.Choice:
        """Hand over what was chosen; another kind of rows has other columns, guessed anew."""
        said = self.cleaned_data
        chosen = {said[f"column_{at}"]: head for at, head in enumerate(self.plain) if said.get(f"column_{at}")}
        if said["kind"] != imported.kind:
            chosen = heads.guessed(said["kind"], self.plain)
        return deeds.Choice(
            kind=said["kind"], columns=chosen, encoding=said.get("encoding", ""), date_order=said["date_order"],
            code_system=said["code_system"] or (
                heads.CODE_SYSTEMS.get(said["kind"], "") if said["kind"] != imported.kind else ""
            ),
            source=said["source"].strip(),
        )  # fmt: skip


class DecideForm(forms.Form):
    """Who a held row is: one of those named, another person and how that was made sure, or nobody to take in."""

    who = forms.CharField(max_length=40)
    compared = forms.ChoiceField(choices=[("", "—"), *COMPARED], required=False)

    def clean(self) -> dict[str, Any]:
        """Ask how it was made sure."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("who") == "another" and not cleaned.get("compared"):
            raise ValidationError(_("Say how you know that this is another person."))
        return cleaned
