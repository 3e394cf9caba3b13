"""What tests of the session's pages share: its addresses, and what a page sends when nothing is changed."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.treatments.sessions import PLACES
from treatments.forms_session.check import sides_by_muscle
from treatments.models import InjectionSession


def url(name: str, session: InjectionSession) -> str:
    return reverse(f"treatments:{name}", args=[session.public_id])


def posted(session: InjectionSession, **changes: Any) -> dict[str, Any]:
    """What the page of a draft sends when nothing is changed."""
    session.refresh_from_db()
    data: dict[str, Any] = {"version": str(session.version), "row": []}
    for site in session.sites.select_related("muscle"):
        key = str(site.public_id)
        data["row"].append(key)
        data |= {
            f"{key}-muscle": site.muscle.key,
            f"{key}-side": site.side,
            f"{key}-figure": site.figure,
            f"{key}-x": str(site.x),
            f"{key}-y": str(site.y),
            f"{key}-units": f"{site.units.normalize():f}",
        }
    return data | changes


def first_key(session: InjectionSession) -> str:
    return str(session.sites.earliest("position").public_id)


def a_check(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "identifiers": ["name", "born_on"],
        "illness": "no",
        "pregnant": "no",
        "breastfeeding": "no",
        "swallowing": "no",
        "breathing": "no",
        "elsewhere": "no",
        "consent": "yes",
    }
    data |= {f"skin-{muscle}": "no" for muscle in sides_by_muscle(PLACES)}
    return data | changes


def local(moment: datetime) -> str:
    """A moment as a date-and-time field sends it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def reviewed(client: Client, session: InjectionSession, **changes: Any) -> Any:
    """Press "Review and sign" with the page as it stands and these changes."""
    return client.post(url("session_review", session), posted(session, **changes))


def press_sign(client: Client, session: InjectionSession) -> Any:
    """Press "Sign session" on the page that shows the session back."""
    shown = client.get(url("session_sign", session))
    sent = {name: shown.context[name] for name in ("version", "declared_total")}
    return client.post(url("session_sign", session), sent)
