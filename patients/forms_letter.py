"""The photo of a referral letter that comes with an intake."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.fields_documents import FilesField
from patients.forms_link import bare


class LetterForm(forms.Form):
    """Photos or PDFs of one letter, page after page."""

    letter = FilesField(label=_("Photos of the letter, or a PDF"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare("letter")
