"""Symptoms ticked and a patient's own words: by link, or as the desk takes them down."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from treatments.symptoms import Symptom

WORDS_KEPT = 4000
NUL = "\0"


class SymptomsForm(forms.Form):
    """Which of the symptoms asked, and what else. `press` is the page it is sent from: sent twice, kept once."""

    symptoms = forms.MultipleChoiceField(required=False)
    words = forms.CharField(
        label=_("Anything else you noticed? Tell us in your own words"),
        required=False,
        max_length=WORDS_KEPT,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
    press = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Sequence[Symptom], **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"press": uuid4()}, **kwargs})
        self.asked = asked
        self.fields["symptoms"].choices = [(symptom.key, symptom.words) for symptom in asked]  # type: ignore[attr-defined]

    def ticked(self) -> list[str]:
        """Return the symptoms that were ticked, whatever else is wrong with the page; what nobody asked is left out."""
        known = {symptom.key for symptom in self.asked}
        sent = self.data.getlist("symptoms") if hasattr(self.data, "getlist") else ()
        return [key for key in dict.fromkeys(sent) if key in known]

    def said(self) -> str:
        """Return the patient's words, cut where nobody could mean to write so much, without what no database keeps."""
        return str(self.data.get("words", "")).replace(NUL, "")[:WORDS_KEPT]

    def sent_from(self) -> UUID:
        """Return which page this was sent from; a new one where that was tampered with."""
        found = self.cleaned_data.get("press") if self.is_valid() or hasattr(self, "cleaned_data") else None
        return found or uuid4()

    def boxes(self) -> list[dict[str, Any]]:
        """Return each symptom as a box, ticked as it was."""
        ticked = set(self.ticked()) if self.is_bound else set()
        return [{"symptom": symptom, "is_ticked": symptom.key in ticked} for symptom in self.asked]
