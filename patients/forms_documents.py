"""The forms of a patient's documents: add one, take one out of the record."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.documents.limits import LONGEST_TITLE
from patients.fields_documents import FilesField
from patients.hooks import DocumentSubject
from patients.models import DocumentKind, WithdrawnBecause


class AddDocumentForm(forms.Form):
    """One document: what it is, its pages, and what it is of."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=DocumentKind.choices)
    pages = FilesField(label=_("Pages"))
    photos = FilesField(
        label=_("Or take a photo now"),
        required=False,
        camera=True,
        help_text=_("On a phone or tablet: opens the camera."),
    )
    title = forms.CharField(
        label=_("Title"), required=False, max_length=LONGEST_TITLE, help_text=_("From whom, of what. May stay empty.")
    )
    dated_on = forms.DateField(
        label=_("Date on it"), required=False, widget=forms.DateInput(attrs={"autocomplete": "off"})
    )
    about = forms.ChoiceField(label=_("Belongs to"), required=False)

    def __init__(self, *args: Any, today: date, subjects: Sequence[DocumentSubject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.subjects = {str(one.thing.public_id): one.thing for one in subjects}
        if subjects:
            about = self.fields["about"]
            assert isinstance(about, forms.ChoiceField)
            about.choices = [("", _("The patient"))] + [(str(one.thing.public_id), one.words) for one in subjects]
        else:
            del self.fields["about"]
        self.fields["pages"].required = False  # one of the two boxes is enough

    def clean_dated_on(self) -> date | None:
        """Refuse a day to come."""
        day: date | None = self.cleaned_data["dated_on"]
        if day and day > self.today:
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for a file where neither box has one."""
        cleaned = super().clean() or self.cleaned_data
        if not (self.errors.keys() & {"pages", "photos"} or cleaned.get("pages") or cleaned.get("photos")):
            self.add_error("pages", ValidationError(_("Choose a file or take a photo."), code="required"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what was typed, for the deed. Only for a valid form."""
        cleaned = self.cleaned_data
        about: PublicModel | None = self.subjects.get(cleaned.get("about", ""))
        return {
            "kind": cleaned["kind"],
            "files": [*cleaned["pages"], *cleaned["photos"]],
            "title": cleaned["title"],
            "dated_on": cleaned["dated_on"],
            "about": about,
        }


class WithdrawDocumentForm(forms.Form):
    """Why a document is taken out of the record."""

    because = forms.ChoiceField(label=_("Why?"), choices=WithdrawnBecause.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("About that"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Ask for words where none of the reasons is it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("because") == WithdrawnBecause.OTHER and not cleaned.get("note"):
            self.add_error("note", ValidationError(_("Say why, in a few words.")))
        return cleaned
