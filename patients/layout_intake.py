"""Parts of the intake that crispy draws from our own templates: the figure, a date in parts, a notice to agree to."""

from typing import Any

from crispy_forms.layout import LayoutObject
from django.forms import Form
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from patients.consent_words import blocks
from patients.models import ConsentText


class Drawn(LayoutObject):  # type: ignore[misc] # crispy publishes no types
    """One field drawn by a template that gets `field` and `chosen`."""

    template = ""

    def __init__(self, name: str) -> None:
        self.name = name
        self.fields = [name]

    def render(self, form: Form, context: Context, template_pack: str = "", **kwargs: Any) -> SafeString:  # noqa: ARG002 - crispy's shape
        """Draw it, and tell crispy that the field is on the page."""
        form.rendered_fields.add(self.name)  # type: ignore[attr-defined] # crispy's own
        return render_to_string(self.template, {"field": form[self.name], **self.more(form)})

    def more(self, form: Form) -> dict[str, Any]:  # noqa: ARG002
        """What else the template needs."""
        return {}


class Areas(Drawn):
    """Where it hurts: the figure and its list."""

    template = "patients/_intake_areas.html"

    def more(self, form: Form) -> dict[str, Any]:
        """Which boxes are ticked."""
        return {"chosen": form[self.name].value() or []}


class DateParts(Drawn):
    """Day, month and year side by side, each with its label."""

    template = "patients/_intake_date.html"


class Notice(LayoutObject):  # type: ignore[misc] # crispy publishes no types
    """The words a patient is asked to agree to, above the answer."""

    def __init__(self, name: str, wording: ConsentText) -> None:
        self.name = name
        self.wording = wording
        self.fields: list[Any] = []

    def render(self, form: Form, context: Context, template_pack: str = "", **kwargs: Any) -> SafeString:  # noqa: ARG002 - crispy's shape
        """Draw the words."""
        location = context.get("location")
        return render_to_string(
            "patients/_intake_notice.html",
            {"wording": self.wording, "blocks": blocks(self.wording.text, location), "name": self.name},
        )
