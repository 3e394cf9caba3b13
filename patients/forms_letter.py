"""The photo of a referral letter that comes with an intake."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.fields_documents import FilesField
from patients.forms_link import bare


class LetterForm(forms.Form):
    """Photos or PDFs of one letter, page after page."""

    letter = FilesField(label=_("Photos of the letter, or a PDF"))

    def __init__(
        self, *args: Any, by_camera: bool = False, by_link: Callable[[], None] | None = None, **kwargs: Any
    ) -> None:
        """`by_camera`: no other picture can be chosen, for whoever holds a device that has other people's on it.

        `by_link` counts a try (`FilesField`).
        """
        super().__init__(*args, **kwargs)
        self.fields["letter"].by_link = by_link  # type: ignore[attr-defined] # a field of ours
        if by_camera:
            self.fields["letter"] = FilesField(
                label=_("A photo of one page"),
                help_text=_("Send it, then take the next one."),
                camera=True,
                most_files=1,
            )
        self.helper = bare("letter")
