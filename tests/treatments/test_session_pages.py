"""The session's pages: who may open them, what they keep, what they refuse, and what they show."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.locations.models import Location
from clinic.staff.models import Role, User
from tests.treatments.people import a_user
from tests.treatments.sessions import (
    PLACES,
    REASON,
    an_active_plan,
    checked,
    prepared,
    ready_to_sign,
    signed,
    some_vials,
)
from treatments.forms_session.check import sides_by_muscle
from treatments.models import Draw, InjectionSession, SessionSite, Vial

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


@pytest.fixture
def clinician() -> User:
    return a_user()


@pytest.fixture
def client(clinician: User) -> Client:
    client = Client()
    client.force_login(clinician)
    return client


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


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["session", "session_print"])
def test_manager_reads_a_signed_session(name: str, clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    client = Client()
    client.force_login(a_user(Role.MANAGER))
    assert client.get(url(name, session)).status_code == 200


@pytest.mark.parametrize(
    "name", ["session_save", "session_sign", "session_addendum", "session_check", "session_prepare"]
)
def test_manager_writes_nothing(name: str, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    client = Client()
    client.force_login(a_user(Role.MANAGER))
    assert client.post(url(name, session)).status_code == 403


@pytest.mark.parametrize(
    "name",
    ["session", "session_print", "session_check", "session_prepare", "session_save", "session_sign", "session_void"],
)
def test_front_desk_sees_no_session(name: str, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    client = Client()
    client.force_login(a_user(Role.FRONT_DESK))
    get = client.post if name in {"session_save", "session_sign"} else client.get
    assert get(url(name, session)).status_code == 403


@pytest.mark.parametrize("name", ["session", "session_check", "session_prepare", "session_void", "session_print"])
def test_session_of_another_location_is_as_unknown_as_none(name: str, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    stranger = a_user(location=Location.objects.create(name="Elsewhere", sender_name="Elsewhere"))
    client = Client()
    client.force_login(stranger)
    assert client.get(url(name, session)).status_code == 404


def test_get_of_a_deed_is_refused(client: Client, clinician: User, now: datetime) -> None:
    assert client.get(url("session_addendum", ready_to_sign(clinician, now))).status_code == 405


@pytest.mark.parametrize("name", ["session_save", "session_sign"])
def test_who_signs_in_again_or_reloads_arrives_at_the_page(
    name: str, client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    answer = client.get(url(name, session))
    assert (answer.status_code, answer["Location"]) == (302, url("session", session))
    session.refresh_from_db()
    assert not session.is_signed


def test_opening_a_session_is_written_down(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    client.get(url("session", session))
    assert Entry.objects.filter(verb="session.opened", thing_public_id=session.public_id, by=clinician).count() == 1


# --- before the needle ----------------------------------------------------------------------------------------------


def test_start_opens_one_draft_with_the_plans_sites(client: Client, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    start = reverse("treatments:session_start", args=[plan.public_id])
    first, second = client.post(start), client.post(start)
    session = InjectionSession.objects.get()
    assert first["Location"] == second["Location"] == url("session_check", session)
    assert session.sites.count() == 31
    assert sum(site.units for site in session.sites.all()) == Decimal(155)


def test_check_shows_nothing_answered(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    InjectionSession.objects.filter(pk=session.pk).update(day_of_check={}, checked_at=None)
    page = client.get(url("session_check", session)).content.decode()
    assert " checked" not in page.split("<main")[1]


def test_check_of_another_day_fills_in_nothing_today(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    assert " checked" in client.get(url("session_check", session)).content.decode().split("<main")[1]
    InjectionSession.objects.filter(pk=session.pk).update(checked_at=now - timedelta(days=1))
    assert " checked" not in client.get(url("session_check", session)).content.decode().split("<main")[1]
    start = client.post(reverse("treatments:session_start", args=[session.plan.public_id]))
    assert start["Location"] == url("session_check", session)
    assert "of an earlier day" in client.get(url("session_prepare", session)).content.decode()


@pytest.mark.parametrize(
    "unanswered", ["identifiers", "illness", "pregnant", "swallowing", "breathing", "elsewhere", "consent"]
)
def test_check_with_a_missing_answer_is_not_kept(
    unanswered: str, client: Client, clinician: User, now: datetime
) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    InjectionSession.objects.filter(pk=session.pk).update(day_of_check={}, checked_at=None)
    data = a_check(version=str(session.version))
    del data[unanswered]
    assert client.post(url("session_check", session), data).status_code == 422
    session.refresh_from_db()
    assert session.checked_at is None


def test_check_that_finds_nothing_leads_to_the_preparation(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    answer = client.post(url("session_check", session), a_check(version=str(session.version)))
    assert answer["Location"] == url("session_prepare", session)


def test_infection_at_a_site_stops_the_day(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    data = a_check(version=str(session.version), **{"skin-trapezius_upper": "right"})
    assert client.post(url("session_check", session), data).status_code == 422
    kept = session.findings.get(gate="day_of", rule="R15", level="block")
    assert kept.subject == "trapezius_upper:right"
    vial = some_vials(clinician, now)[0]
    made = {"vials": [str(vial.public_id)], "diluent": "saline", "diluent_ml": "4", "reconstituted_at": local(now)}
    assert client.post(url("session_prepare", session), made).status_code == 422
    assert not session.preparations.exists()


def test_consent_taken_back_stops_the_day(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    data = a_check(version=str(session.version), consent="no")
    assert client.post(url("session_check", session), data).status_code == 422
    assert session.findings.filter(gate="day_of", rule="consent", level="block").exists()


def test_pregnancy_needs_its_reason_and_then_goes_on(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    first = client.post(url("session_check", session), a_check(version=str(session.version), pregnant="yes"))
    assert first.status_code == 422
    finding = session.findings.get(gate="day_of", rule="R16", level="override")
    session.refresh_from_db()
    again = a_check(version=str(session.version), pregnant="yes", **{f"reason:{finding.key}": REASON})
    assert client.post(url("session_check", session), again).status_code == 302
    assert session.findings.get(gate="day_of", rule="R16", level="override").reason == REASON


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_preparation_defaults_nothing(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    some_vials(clinician, now)
    page = client.get(url("session_prepare", session)).content.decode().split("<main")[1]
    assert "checked>" not in page
    assert " selected" not in page
    assert client.post(url("session_prepare", session), {}).status_code == 422
    assert Vial.objects.get().opened_at is None


def test_expired_vial_stops_the_preparation_and_is_recorded_when_already_given(
    client: Client, clinician: User, now: datetime
) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    vial = some_vials(clinician, now, expires_on=(now - timedelta(days=2)).date())[0]
    made = {
        "vials": [str(vial.public_id)],
        "diluent": "saline",
        "diluent_ml": "4",
        "reconstituted_at": local(now - timedelta(minutes=20)),
    }
    stopped = client.post(url("session_prepare", session), made)
    assert stopped.status_code == 422
    assert "expired at the end of" in stopped.content.decode()
    assert client.post(url("session_prepare", session), made | {"is_already_given": "on"}).status_code == 302
    data = posted(session)
    refused = client.post(url("session_sign", session), data)
    assert refused.status_code == 422
    assert InjectionSession.objects.get(pk=session.pk).signed_at is None
    client.post(
        url("session_sign", session), posted(session, given_despite="The label was read too late; patient told.")
    )
    session.refresh_from_db()
    assert session.is_signed
    assert [incident.rule for incident in session.incidents.all()] == ["R07"]
    assert "Given despite a stop" in client.get(url("session", session)).content.decode()


# --- the draft ------------------------------------------------------------------------------------------------------


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


# --- signature ------------------------------------------------------------------------------------------------------


def test_sign_keeps_the_page_and_freezes_it(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    key = first_key(session)
    answer = client.post(url("session_sign", session), posted(session, needle="30 G", **{f"{key}-units": "5.0"}))
    assert answer["Location"] == url("session", session)
    session.refresh_from_db()
    assert (session.is_signed, session.needle, session.total_units) == (True, "30 G", Decimal(155))


def test_sign_with_a_total_the_page_showed_otherwise_is_refused(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    answer = client.post(url("session_sign", session), posted(session, declared_total="150"))
    assert answer.status_code == 422
    assert "the session says 150" in answer.content.decode()


@pytest.mark.parametrize(("dose", "total"), [("5", "155"), ("0.1", "3.1"), ("1.25", "38.75")])
def test_btx_058_totals_are_exact_and_the_same_text_everywhere(
    dose: str, total: str, client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    data = posted(session, declared_total=total)
    data |= {f"{key}-units": dose for key in data["row"]}
    live = client.post(url("session_save", session), data, headers={"HX-Request": "true"}).content.decode()
    assert f"<span data-total>{total}</span>" in live
    data["version"] = posted(session)["version"]
    client.post(url("session_sign", session), data)
    session.refresh_from_db()
    assert session.total_units == Decimal(total)
    assert f"{total}\u00a0units" in client.get(url("session_print", session)).content.decode()


def test_btx_059_sheet_writes_doses_with_their_word(client: Client, clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    for name in ("session", "session_print"):
        text = client.get(url(name, session)).content.decode()
        assert "155\u00a0units" in text
        assert "5\u00a0units" in text
        assert "155.00" not in text


def test_signed_session_is_no_form(client: Client, clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    assert "session-form" not in client.get(url("session", session)).content.decode()
    assert client.post(url("session_save", session), posted(session, note="late")).status_code == 302
    session.refresh_from_db()
    assert session.note == ""


def test_addendum_and_void_stand_on_the_sheet(client: Client, clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    client.post(url("session_addendum", session), {"text": "Needle was 32 G."})
    client.post(url("session_void", session), {"kind": "wrong_patient", "reason": "Wrong folder."})
    text = client.get(url("session", session)).content.decode()
    assert "Needle was 32 G." in text
    assert "Wrong folder." in text
    assert sorted(Draw.objects.values_list("kind", flat=True)) == ["adjusted", "given"]


@pytest.mark.parametrize("sites", [1, 40])
def test_draft_page_asks_the_same_number_of_questions_for_1_and_40_sites(
    sites: int, client: Client, clinician: User, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = checked(an_active_plan(clinician, now, sites=sites), clinician, now)
    prepared(session, some_vials(clinician, now), clinician, now)
    client.get(url("session", session))
    with django_assert_num_queries(21):
        client.get(url("session", session))
