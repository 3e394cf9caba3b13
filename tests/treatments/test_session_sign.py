"""The end of a session: shown back, signed, then read, added to and voided."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from clinic.staff.models import Role, User
from tests.treatments.people import a_user
from tests.treatments.session_pages import first_key, posted, press_sign, reviewed, url
from tests.treatments.sessions import an_active_plan, checked, ready_to_sign, signed
from treatments.models import Draw, Vial
from treatments.models.stock import LotState
from treatments.stocking import close_vials
from treatments.withdrawing import take_out_of_use

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


def test_sign_keeps_the_page_and_freezes_it(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    key = first_key(session)
    shown = reviewed(client, session, needle="30 G", **{f"{key}-units": "5.0"})
    assert shown["Location"] == url("session_sign", session)
    session.refresh_from_db()
    assert not session.is_signed
    assert press_sign(client, session)["Location"] == url("session", session)
    session.refresh_from_db()
    assert (session.is_signed, session.needle, session.total_units) == (True, "30 G", Decimal(155))


def test_sign_with_a_total_the_page_showed_otherwise_is_refused(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    answer = reviewed(client, session, declared_total="150")
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
    client.post(url("session_review", session), data)
    assert f"{total}\u00a0units" in client.get(url("session_sign", session)).content.decode()
    press_sign(client, session)
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


@pytest.mark.parametrize(("kind", "is_counted"), [("entered_wrongly", True), ("never_given", False)])
def test_a_voided_session_says_whether_it_is_counted_on(
    client: Client, clinician: User, now: datetime, kind: str, *, is_counted: bool
) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    client.post(url("session_void", session), {"kind": kind, "reason": "Two sites were left out."})
    text = client.get(url("session", session)).content.decode()
    assert "Two sites were left out." in text
    assert ("intervals and totals go on counting it" in text) is is_counted


def test_what_is_signed_is_shown_back_first(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    helper = a_user(Role.MANAGER, name="Nurse Bhavna Patel")
    reviewed(
        client, session, needle="30 G", guidance="emg", pain_nrs="4", assistant=str(helper.public_id), note="Calm."
    )
    text = client.get(url("session_sign", session)).content.decode()
    shown = text.split("<main")[1]
    for word in (
        "Meenal Trivedi",
        "Botox",
        "155\u00a0units",
        "3.1\u00a0mL",
        "31 sites",
        "Lot C7731A3 A",
        "Corrugator supercilii",
        "30 G",
        "EMG",
        "4 on the numeric rating scale",
        "Nurse Bhavna Patel",
        clinician.full_name,
        "(the time you sign)",
        "Calm.",
    ):
        assert word in shown, word
    session.refresh_from_db()
    assert not session.is_signed
    press_sign(client, session)
    session.refresh_from_db()
    assert (session.pain_nrs, session.assistant, session.clinician) == (4, helper, clinician)
    for name in ("session", "session_print"):
        sheet = client.get(url(name, session)).content.decode()
        assert "4 on the numeric rating scale" in sheet
        assert "Nurse Bhavna Patel" in sheet


def test_session_that_is_not_ready_is_not_shown_back(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    answer = reviewed(client, session)
    assert answer.status_code == 422
    assert "Nothing has been made up yet." in answer.content.decode()
    answer = client.get(url("session_sign", session), follow=True)
    assert answer.redirect_chain == [(url("session", session), 302)]
    assert "Nothing has been made up yet." in answer.content.decode()


def test_change_after_the_reading_back_is_read_again_before_it_is_signed(
    client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    reviewed(client, session)
    shown = client.get(url("session_sign", session))
    sent = {name: shown.context[name] for name in ("version", "declared_total")}
    client.post(url("session_save", session), posted(session, note="From the other room."))
    answer = client.post(url("session_sign", session), sent)
    assert answer.status_code == 409
    assert "a colleague changed this session after you read it" in answer.content.decode()
    assert "From the other room." in answer.content.decode()
    session.refresh_from_db()
    assert not session.is_signed
    press_sign(client, session)
    session.refresh_from_db()
    assert (session.is_signed, session.note) == (True, "From the other room.")


def test_lot_recalled_after_the_reading_back_asks_for_the_statement(
    client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    reviewed(client, session)
    shown = client.get(url("session_sign", session))
    take_out_of_use(lot=Vial.objects.get().lot, state=LotState.RECALLED, reason="Letter", by=clinician, now=now)
    sent = {name: shown.context[name] for name in ("version", "declared_total")}
    answer = client.post(url("session_sign", session), sent)
    assert answer.status_code == 422
    assert "Write your statement" in answer.content.decode()
    session.refresh_from_db()
    assert not session.is_signed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pain_nrs": "11"}, "11"),
        ({"assistant_name": "Bhavna", "assistant": "self"}, "not both"),
        ({"assistant": "self", "clinician": "self"}, "Nobody assists themselves"),
        ({"assistant": "00000000-0000-4000-8000-000000000000"}, "valid choice"),
    ],
)
def test_how_it_was_done_is_refused_in_words_and_kept_as_typed(
    changes: dict[str, str], said: str, client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    typed = {name: str(clinician.public_id) if value == "self" else value for name, value in changes.items()}
    answer = reviewed(client, session, needle="30 G", **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="30 G"' in answer.content.decode()


def test_sheet_tells_billing_units_once_the_vial_is_accounted_for(
    client: Client, clinician: User, now: datetime
) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    sheet = client.get(url("session", session)).content.decode()
    assert "the rest of the vial is not accounted for yet" in sheet
    close_vials(vials=list(Vial.objects.all()), reason="Rest discarded", by=clinician, now=now)
    for name in ("session", "session_print"):
        assert "155 billed + 45 JW" in client.get(url(name, session)).content.decode()  # EX53 of safety_rules.md
