"""Botox in the catalogue: its pages, an edit of its limit, a confirmation of its one open dilution."""

import re
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from clinic.staff.models import User
from tests.treatments.sessions import BOTOX
from treatments.catalogue_editing import confirm_value, edit_entry
from treatments.entry_changes import with_changes
from treatments.formulary_db import current_formulary
from treatments.models import Confirmation, ProductVersion

WHY = "Two patients were weak for weeks."
EDIT = reverse("treatments:catalogue_edit", args=("products", BOTOX))
ENTRY = reverse("treatments:catalogue_entry", args=("products", BOTOX))
HYPERHIDROSIS = "usual_dilution_by_condition.3"
"""Of Botox: the one usual dilution nobody has confirmed."""


def botox() -> ProductVersion:
    found: ProductVersion = ProductVersion.objects.current().get(key=BOTOX)
    return found


def boxes(client: Client, address: str = EDIT) -> dict[str, str]:
    """The edit page's boxes as they stand."""
    page = client.get(address).content.decode()
    found = re.findall(r'name="(n-[^"]+)" value="([^"]*)"', page)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    return {**dict(found), "seen": seen.group(1), "reason": ""}


def edited(by: User, now: datetime, **changes: Any) -> ProductVersion:
    seen = botox()
    facts = with_changes(seen.facts, changes or {"limits.5.max_units": 360}, why=f"The clinic: {WHY}")
    edit_entry(kind="products", seen=seen, facts=facts, reason=WHY, by=by, now=now)
    return botox()


def confirmed(by: User, now: datetime, path: str = HYPERHIDROSIS) -> Confirmation:
    return confirm_value(kind="products", version=botox(), path=path, note="", by=by, now=now)


def hyperhidrosis_source() -> Any:
    return current_formulary().product(BOTOX).usual_dilutions[-1].source
