"""How the form of a registration is laid out: what few people need is folded away."""

from typing import Any

from crispy_forms.layout import LayoutObject
from django.forms import Form
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Details(LayoutObject):  # type: ignore[misc] # crispy publishes no types
    """A part that unfolds by a press; open from the start where one of its fields holds something or is refused."""

    def __init__(self, summary: Any, *fields: Any, names: tuple[str, ...]) -> None:
        self.summary = summary
        self.fields = list(fields)
        self.names = names

    def render(self, form: Form, context: Context, template_pack: str = "", **kwargs: Any) -> SafeString:
        """Draw the fields inside."""
        inside = self.get_rendered_fields(form, context, template_pack, **kwargs)
        is_open = any(form[name].value() or form[name].errors for name in self.names)
        return render_to_string(
            "patients/_form_details.html", {"summary": self.summary, "fields": inside, "is_open": is_open}
        )
