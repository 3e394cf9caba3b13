"""Why a displaced visit stays where it is."""

from django import forms
from django.utils.translation import gettext_lazy as _


class KeepForm(forms.Form):
    """Why a visit stands as it is."""

    reason = forms.CharField(
        label=_("Why it stands"),
        max_length=200,
        error_messages={"required": _("Say why, so that the next person knows.")},
    )
