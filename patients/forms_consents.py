"""What somebody fills in to sign a consent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients import names
from patients.signatures import NotASignature, Signature, Stroke, read_strokes

YES, NO = "yes", "no"
SIGNERS = (("patient", _("I am the patient")), ("guardian", _("I sign for the patient, as parent or guardian")))


class SignForm(forms.Form):
    """A signature. `is_minor`: a guardian signs; `with_staff`: somebody of the clinic is there and may be the witness.

    A no needs no signature; what is signed with it is kept. A patient's name that is not the record's is asked about.
    """

    signer = forms.ChoiceField(
        label=_("Who signs?"),
        choices=SIGNERS,
        initial="patient",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    name = forms.CharField(
        label=_("Name of the person who signs"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_own_name = forms.BooleanField(
        label=_("This is the patient's name too: go on"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    relation = forms.CharField(
        label=_("What are you to the patient?"),
        help_text=_("Only for a parent or guardian. For example: mother."),
        max_length=60,
        required=False,
    )
    witness = forms.CharField(
        label=_("Name of the witness"),
        help_text=_(
            "Only if the words were read aloud to somebody who cannot read or write. Not the person who signs."
        ),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    strokes = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-strokes": ""}))

    def __init__(self, *args: Any, is_minor: bool, with_staff: bool, record_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record_name, self.asks_whose_name = record_name, False
        self.is_agreeing = self.data.get("answer") == YES
        if is_minor:
            del self.fields["signer"]
        if not with_staff:
            del self.fields["witness"]

    @property
    def signer_now(self) -> str:
        """Who signs, as far as it is chosen."""
        return str(self["signer"].value()) if "signer" in self.fields else "guardian"

    def clean_strokes(self) -> tuple[Stroke, ...]:
        """Return what was drawn."""
        try:
            return read_strokes(self.cleaned_data["strokes"])
        except NotASignature as error:
            raise forms.ValidationError(_("This drawing is no signature. Clear it and sign again.")) from error

    def clean(self) -> dict[str, Any]:
        """Ask for what a yes needs."""
        data: dict[str, Any] = super().clean() or {}
        if self.data.get("answer") not in (YES, NO):
            self.add_error(None, _("Choose yes or no."))
        name, witness = data.get("name", ""), data.get("witness", "")
        if self.is_agreeing and "name" in data and not name:
            self.add_error("name", _("Write the name of the person who signs"))
        if self.is_agreeing and name and self.signer_now == "patient" and not self._is_of_the_record(name):
            self.asks_whose_name = True
            if not data.get("is_own_name"):
                said = _("The record says %(name)s. Somebody else signs as parent or guardian, or as the witness.")
                self.add_error("name", said % {"name": self.record_name})
        if name and self.signer_now == "guardian" and "relation" in data and not data["relation"]:
            self.add_error("relation", _("Write what you are to the patient"))
        if witness and witness.casefold() == name.casefold():
            self.add_error("witness", _("The witness is another person than the one who signs"))
        if witness and not name:
            self.add_error("name", _("Write the name of the person who signs"))
        return data

    def _is_of_the_record(self, name: str) -> bool:
        return set(names.words(self.record_name)) <= set(names.words(name))

    def signature(self) -> Signature | None:
        """Return what was signed; nothing of a no without a name. Only for a valid form."""
        data = self.cleaned_data
        if not data["name"]:
            return None
        is_guardian = self.signer_now == "guardian"
        return Signature(
            name=data["name"],
            signer="guardian" if is_guardian else "patient",
            relation=data["relation"] if is_guardian else "",
            witness=data.get("witness", ""),
            strokes=data["strokes"],
        )
