"""Reads the forms of a page as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

SKIPPED = {"csrfmiddlewaretoken"}


@dataclass
class Form:
    """One form: where it goes, how, and what it sends untouched."""

    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)

    def put(self, name: str, value: str) -> None:
        """One more value under a name."""
        if name not in SKIPPED:
            self.fields.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    """Collects forms; a field outside its form names it by `form=`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.loose: list[tuple[str, str, str]] = []
        self.inside: Form | None = None
        self.select = ""
        self.area: tuple[str, str | None] | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "form":
            self.inside = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self.inside)
            if "id" in found:
                self.by_id[found["id"]] = self.inside
        elif tag == "textarea" and name:
            self.area, self.text = (name, found.get("form")), ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self._put(self.select, found.get("value", ""), None)
        elif tag in ("input", "button") and name:
            if "formaction" in found:
                self.forms.append(Form(found["formaction"], "post", {name: [found.get("value", "")]}))
            self._put(name, found.get("value", ""), found.get("form"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area:
            self._put(self.area[0], self.text, self.area[1])
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def _put(self, name: str, value: str, owner: str | None) -> None:
        if owner:
            self.loose.append((owner, name, value))
        elif self.inside is not None:
            self.inside.put(name, value)


def forms_of(html: str) -> list[Form]:
    """The forms of a page. Of a choice the last value counts, as of a press that chose it."""
    reader = _Reader()
    reader.feed(html)
    for owner, name, value in reader.loose:
        if owner in reader.by_id:
            reader.by_id[owner].put(name, value)
    return reader.forms
