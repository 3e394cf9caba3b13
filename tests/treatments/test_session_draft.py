"""The session while it is a draft: what its page keeps, what it refuses at the row, what it shows."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.staff.models import User
from tests.treatments.session_pages import first_key, posted, url
from tests.treatments.sessions import an_active_plan, checked, prepared, ready_to_sign, some_vials
from treatments.models import SessionSite

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


def test_save_keeps_what_is_on_the_page(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    key = first_key(session)
    client.post(url("session_save", session), posted(session, needle="30 G", **{f"{key}-units": "7.5"}))
    session.refresh_from_db()
    assert session.needle == "30 G"
    site = SessionSite.objects.get(public_id=key)
    assert (site.units, site.volume_ml) == (Decimal("7.5"), Decimal("0.15"))  # 50 units in each mL


def test_save_from_script_answers_with_totals_findings_and_the_next_version(
    client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    key = first_key(session)
    answer = client.post(
        url("session_save", session), posted(session, **{f"{key}-units": "7.5"}), headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    session.refresh_from_db()
    assert "157.5" in text
    assert "3.15\u00a0mL" in text
    assert f'name="version" value="{session.version}"' in text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2.5", "2.5"),
        (".5", "0.5"),
        ("1.25", "1.25"),
        ("5U", "5"),
        ("2,5", None),
        ("0", None),
        ("-5", None),
        ("1e2", None),
        ("NaN", None),
        ("1,000", None),
        ("", None),
    ],
)
def test_btx_056_dose_is_read_exactly_or_refused_at_its_row(
    typed: str, kept: str | None, client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    key = first_key(session)
    answer = client.post(url("session_save", session), posted(session, **{f"{key}-units": typed}))
    units = SessionSite.objects.get(public_id=key).units
    if kept is None:
        assert (answer.status_code, units) == (422, Decimal(5))
        assert f'id="err-{key}"' in answer.content.decode()
        assert f'value="{typed}"' in answer.content.decode()
    else:
        assert (answer.status_code, units) == (302, Decimal(kept))


NEW = "0b1c7f0e-5d5c-4a63-9a3e-3f6f8f0b7a10"


@pytest.mark.parametrize(
    ("fields", "status", "sites"),
    [
        ({"muscle": "", "side": "", "units": ""}, 302, 31),
        ({"muscle": "masseter", "side": "left", "units": ""}, 422, 31),
        ({"muscle": "", "side": "", "units": "5"}, 422, 31),
        ({"muscle": "masseter", "side": "", "units": "5"}, 422, 31),
        ({"muscle": "masseter", "side": "left", "units": "5"}, 302, 32),
    ],
)
def test_btx_056_half_filled_row_is_an_error_and_an_empty_one_is_ignored(
    fields: dict[str, str], status: int, sites: int, client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    data = posted(session)
    data["row"].append(NEW)
    data |= {f"{NEW}-{name}": value for name, value in fields.items()}
    assert client.post(url("session_save", session), data).status_code == status
    assert session.sites.count() == sites


def test_new_row_saved_twice_is_one_site(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    for _ in range(2):
        data = posted(session)
        if NEW not in data["row"]:
            data["row"].append(NEW)
        data |= {f"{NEW}-muscle": "masseter", f"{NEW}-side": "left", f"{NEW}-units": "5"}
        client.post(url("session_save", session), data)
    assert session.sites.filter(muscle__key="masseter").count() == 1


def test_side_changed_in_the_table_moves_the_site_to_that_side(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    site = session.sites.filter(muscle__key="temporalis", side="left").earliest("position")
    client.post(url("session_save", session), posted(session, **{f"{site.public_id}-side": "right"}))
    site.refresh_from_db()
    assert (site.side, site.figure) == ("right", "head_right")


def test_removed_row_leaves_the_draft(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    client.post(url("session_save", session), posted(session, **{f"{first_key(session)}-remove": "1"}))
    assert session.sites.count() == 30


def test_btx_094_second_save_is_told_sees_both_and_loses_nothing(
    client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    key = first_key(session)
    mine = posted(session, note="Patient was tired.")
    client.post(url("session_save", session), posted(session, **{f"{key}-units": "7.5"}))
    answer = client.post(url("session_save", session), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Corrugator supercilii, Left: 7.5" in text
    assert "Corrugator supercilii, Left: 5" in text
    assert "Patient was tired." in text
    assert SessionSite.objects.get(public_id=key).units == Decimal("7.5")
    session.refresh_from_db()
    assert session.note == ""
    assert f'name="version" value="{session.version}"' in text  # saving once more is the decision


def test_btx_095_d_error_in_one_of_31_rows_keeps_all_rows(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    key = first_key(session)
    last = str(session.sites.latest("position").public_id)
    answer = client.post(
        url("session_save", session), posted(session, **{f"{key}-units": "5,", f"{last}-units": "6.25"})
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="6.25"' in text
    assert 'value="5,"' in text
    assert text.count('name="row"') == 31


@pytest.mark.parametrize("sites", [1, 40])
def test_draft_page_asks_the_same_number_of_questions_for_1_and_40_sites(
    sites: int, client: Client, clinician: User, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = checked(an_active_plan(clinician, now, sites=sites), clinician, now)
    prepared(session, some_vials(clinician, now), clinician, now)
    client.get(url("session", session))
    with django_assert_num_queries(31):
        client.get(url("session", session))


def test_r24_side_of_an_unpaired_muscle_is_said_and_kept_as_midline(
    client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    procerus = str(session.sites.get(muscle__key="procerus").public_id)
    data = posted(session, **{f"{procerus}-side": "left"})
    live = client.post(url("session_save", session), data, headers={"HX-Request": "true"}).content.decode()
    assert "Procerus lies in the midline; left was chosen" in live
    assert f'data-placed="{procerus}"' in live
    assert 'data-side="midline"' in live
    assert SessionSite.objects.get(public_id=procerus).side == "midline"
    again = client.post(url("session_save", session), posted(session), headers={"HX-Request": "true"})
    assert "lies in the midline" not in again.content.decode()
