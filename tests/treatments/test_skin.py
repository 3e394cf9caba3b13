"""A muscle that was not planned: its skin is asked about (R15), the answer is kept with the day-of check."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.audit.models import Entry
from clinic.staff.models import User
from tests.treatments.session_pages import posted
from tests.treatments.sessions import PLACES, ready_to_sign, signed
from treatments.models import InjectionSession, MuscleVersion
from treatments.session_refusals import SessionSigned
from treatments.skin import note_skin

pytestmark = pytest.mark.django_db
PLACE = "masseter:left"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def session(clinician: User, now: datetime) -> InjectionSession:
    return ready_to_sign(clinician, now)


def with_masseter(session: InjectionSession, **more: str) -> dict[str, Any]:
    """What the page sends once the masseter was tapped."""
    data, key = posted(session), str(uuid4())
    data["row"].append(key)
    return data | {f"{key}-muscle": "masseter", f"{key}-side": "left", f"{key}-units": "10"} | more


def save(client: Client, session: InjectionSession, data: dict[str, Any]) -> str:
    response = client.post(
        reverse("treatments:session_save", args=[session.public_id]), data, headers={"HX-Request": "true"}
    )
    return response.content.decode()


def test_new_muscle_asks_about_its_skin_and_nothing_is_answered(client: Client, session: InjectionSession) -> None:
    said = save(client, session, with_masseter(session))
    assert f'name="skin-{PLACE}"' in said
    assert not re.search(r"<input[^>]*\schecked", said)
    assert "Not checked for infection: Masseter, left" in said
    session.refresh_from_db()
    assert PLACE not in session.day_of_check["infection"]


def test_clear_skin_is_kept_and_asked_no_more(client: Client, session: InjectionSession) -> None:
    said = save(client, session, with_masseter(session, **{f"skin-{PLACE}": "clear"}))
    assert f'name="skin-{PLACE}"' not in said
    assert "Not checked for infection" not in said
    session.refresh_from_db()
    assert session.day_of_check["infection"][PLACE] == "clear"
    assert f'name="version" value="{session.version}"' in said
    assert Entry.objects.filter(verb="session.skin_looked_at", thing_public_id=session.public_id).count() == 1


def test_infected_skin_stops_that_place(client: Client, session: InjectionSession) -> None:
    said = save(client, session, with_masseter(session, **{f"skin-{PLACE}": "infected"}))
    assert "Infection at Masseter, left" in said
    assert "Given despite a stop" in said


def test_answer_given_before_stays(session: InjectionSession, clinician: User) -> None:
    note_skin(session=session, seen={"procerus:midline": "infected"}, by=clinician)
    session.refresh_from_db()
    assert session.day_of_check["infection"]["procerus:midline"] == "clear"


def test_no_word_but_the_two_is_kept(session: InjectionSession, clinician: User) -> None:
    session.sites.filter(muscle__key="procerus").update(
        muscle=MuscleVersion.objects.current().get(key="masseter"), side="left"
    )
    note_skin(session=session, seen={PLACE: "perhaps"}, by=clinician)
    session.refresh_from_db()
    assert PLACE not in session.day_of_check["infection"]


def test_place_without_a_site_is_not_kept(client: Client, session: InjectionSession) -> None:
    save(client, session, posted(session, **{f"skin-{PLACE}": "clear", "skin-<b>": "clear"}))
    session.refresh_from_db()
    assert set(session.day_of_check["infection"]) == set(PLACES)


def test_signed_session_takes_no_answer(session: InjectionSession, clinician: User, now: datetime) -> None:
    signed(session, clinician, now)
    with pytest.raises(SessionSigned):
        note_skin(session=session, seen={PLACE: "clear"}, by=clinician)
