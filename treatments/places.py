"""The address of a value on the catalogue's pages, from its place: "products/onabotulinumtoxinA#limits.4"."""

from django.urls import reverse


def href_of(place: str) -> str:
    """Return the address of a value's line; empty for what stands in no catalogue."""
    entry, _, path = place.partition("#")
    kind, _, key = entry.partition("/")
    return f"{reverse('treatments:catalogue_entry', args=(kind, key))}#{anchor_of(path)}" if key else ""


def anchor_of(path: str) -> str:
    """Return the id of a value's line: v-limits.4."""
    return f"v-{path or 'entry'}"
