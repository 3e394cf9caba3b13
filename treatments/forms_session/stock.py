"""What is made up, taken out of use, closed: read into domain values. Nothing of it has a default."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from clinic.staff.models import User
from treatments.models import Vial
from treatments.models.stock import Diluent, LotState
from treatments.preparing import MakingUp
from treatments.quantities import QuantityUnreadable, parse_ml

if TYPE_CHECKING:
    _Vials = forms.ModelMultipleChoiceField[Vial]
else:
    _Vials = forms.ModelMultipleChoiceField


class VialChoices(_Vials):
    """Bottles to tick; the template writes each one's lot, expiry and state beside it."""

    def label_from_instance(self, obj: Vial) -> str:
        """Return lot and label."""
        return f"{obj.lot.number} {obj.label}"


class MakeUpForm(forms.Form):
    """Vials, diluent, mL and time, each asked for."""

    vials = VialChoices(label=_("Vials"), queryset=Vial.objects.none(), to_field_name="public_id")
    diluent = forms.ChoiceField(label=_("Diluent"), choices=Diluent.choices, widget=forms.RadioSelect)
    diluent_ml = forms.CharField(label=_("mL in all"), help_text=_("For a ready solution, its own volume."))
    reconstituted_at = forms.DateTimeField(
        label=_("Made up at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[of_a_calendar],
    )
    is_part = forms.BooleanField(
        label=_("Another preparation follows"),
        required=False,
        help_text=_("This one need not hold the whole dose. Each site then says which it is from."),
    )
    is_already_given = forms.BooleanField(
        label=_("Already injected: record what was used"),
        required=False,
        help_text=_("Then a stop no longer stops; it is signed as given despite it."),
    )

    def __init__(self, *args: Any, vials: "QuerySet[Vial]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vials"].queryset = vials  # type: ignore[attr-defined] # the field is ours

    def clean_diluent_ml(self) -> Decimal:
        """Read the volume."""
        try:
            return parse_ml(self.cleaned_data["diluent_ml"])
        except QuantityUnreadable as refused:
            raise forms.ValidationError(gettext(refused.reason)) from refused

    def making(self) -> MakingUp:
        """Return what was done at the bench."""
        data = self.cleaned_data
        return MakingUp(
            vials=list(data["vials"]),
            diluent=data["diluent"],
            diluent_ml=data["diluent_ml"],
            reconstituted_at=data["reconstituted_at"],
        )


class LotStateForm(forms.Form):
    """Take a lot out of use or put it back, with the reason; `seen` is the state the page showed."""

    state = forms.ChoiceField(label=_("State"), choices=LotState.choices)
    seen = forms.ChoiceField(choices=LotState.choices, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class CloseForm(forms.Form):
    """Close vials; what is left is written off with its reason."""

    vials = VialChoices(label=_("Vials"), queryset=Vial.objects.none(), to_field_name="public_id")
    reason = forms.CharField(label=_("Why the rest is discarded"), required=False, max_length=300)
    witness = forms.ModelChoiceField(
        label=_("Seen by"), queryset=User.objects.none(), required=False, to_field_name="public_id"
    )

    def __init__(self, *args: Any, vials: "QuerySet[Vial]", staff: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vials"].queryset = vials  # type: ignore[attr-defined]
        self.fields["witness"].queryset = staff  # type: ignore[attr-defined]
