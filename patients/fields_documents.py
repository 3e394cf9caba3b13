"""A form field for files: what is sent is looked at, made anew and handed over as it will be kept."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from patients.documents import limits
from patients.documents.taking import MEGABYTE, Taken, take
from patients.errors import FileRefused, TooManyByLink
from patients.wording_documents import why_not_kept, why_not_taken

ACCEPT = "image/jpeg,image/png,image/webp,image/heic,.heic,application/pdf"


class FilesInput(forms.FileInput):
    """A file box that takes several at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list["UploadedFile[Any]"]:  # noqa: ARG002 - Django's shape
        """Return what was chosen; a box that was left alone sends nothing."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else [file for file in [files.get(name)] if file]


class FilesField(forms.FileField):
    """Pictures and PDFs, several at once. Cleaned: a list of `Taken`, in the order they were chosen.

    `camera` opens a phone's camera at once instead of asking where the picture is. `by_link` counts a try where the
    files come by a link, which also waits for no turn.
    """

    by_link: Callable[[], None] | None = None

    def __init__(self, *, most_files: int = limits.MOST_FILES, camera: bool = False, **kwargs: Any) -> None:
        attrs = {"accept": "image/*" if camera else ACCEPT, "multiple": most_files > 1}
        kwargs.setdefault("widget", FilesInput(attrs=attrs | ({"capture": "environment"} if camera else {})))
        kwargs.setdefault("help_text", _("Photos or PDFs, several pages at once."))
        super().__init__(**kwargs)
        self.most_files = most_files
        self.error_messages["required"] = _("Choose a file or take a photo.")

    def clean(self, data: Any, initial: Any = None) -> list[Taken]:  # noqa: ARG002 - Django's shape
        """Return the files as they will be kept; what is refused is told by its name."""
        sent: Sequence[UploadedFile[Any]] = data or []
        if not sent:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        self._refuse_too_much(sent)
        try:
            if self.by_link:
                self.by_link()
            return take(sent, by_link=self.by_link is not None)
        except TooManyByLink as refusal:
            raise ValidationError(why_not_kept(refusal), code="too_often") from refusal
        except FileRefused as refusal:
            raise ValidationError(why_not_taken(refusal), code=refusal.why) from refusal

    def _refuse_too_much(self, sent: Sequence["UploadedFile[Any]"]) -> None:
        if len(sent) > self.most_files:
            raise ValidationError(
                ngettext_lazy(
                    "Only one file at a time. Choose again.",
                    "No more than %(most)d files at once. Choose again.",
                    "most",
                ),
                code="too_many",
                params={"most": self.most_files},
            )
        most = settings.UPLOAD_TOTAL_MEGABYTES
        if sum(file.size or 0 for file in sent) > most * MEGABYTE:
            message = _("Together they are larger than %(most)d MB. Send some of them first.")
            raise ValidationError(message, code="too_large", params={"most": most})
