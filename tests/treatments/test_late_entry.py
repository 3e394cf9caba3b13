"""A session typed in after it was given: marked, judged on the day it was given, drawn at that time."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from clinic.audit.models import Entry
from clinic.staff.models import User
from tests.treatments.late import NO_POWER, a_late_entry, signed_late
from tests.treatments.session_pages import local, press_sign, reviewed, url
from tests.treatments.sessions import an_active_plan, checked, prepared, ready_to_sign, signed, some_vials
from treatments.errors import EditedMeanwhile
from treatments.late_entry import mark_late_entry, unmark_late_entry
from treatments.models import Draw, InjectionSession, Vial
from treatments.recording import start_session
from treatments.session_refusals import NotGivenEarlier, SessionIncomplete, SessionSigned

pytestmark = pytest.mark.django_db


def mark(session: InjectionSession, by: User, now: datetime, **changes: object) -> InjectionSession:
    said = {"version": session.version, "given_at": now - timedelta(days=3), "reason": NO_POWER} | changes
    return mark_late_entry(session=session, by=by, now=now, **said)  # type: ignore[arg-type]


def test_late_entry_counts_and_draws_on_the_day_it_was_given(clinician: User, now: datetime) -> None:
    given_at = now - timedelta(days=3)
    session = signed_late(a_late_entry(clinician, now, given_at=given_at), clinician, now)
    assert (session.injected_at, session.injected_on, session.signed_at) == (given_at, date(2027, 2, 26), now)
    assert list(Draw.objects.values_list("kind", "units", "at")) == [("given", Decimal(155), given_at)]
    assert Vial.objects.get().opened_at == given_at - timedelta(minutes=30)
    assert not session.incidents.exists()  # half an hour after it was made up, by the paper
    assert session.findings.get(gate="signing", rule="R06").level == "ok"
    signature = Entry.objects.get(verb="session.signed", thing_public_id=session.public_id)
    assert signature.detail["late_entry"] is True


def test_late_entry_is_measured_to_its_neighbours_on_both_sides(clinician: User, now: datetime) -> None:
    newer = signed(ready_to_sign(clinician, now), clinician, now)
    given_at = now - timedelta(days=30)
    draft = a_late_entry(clinician, now + timedelta(days=1), given_at=given_at, plan=newer.plan, lot="E5")
    session = signed_late(draft, clinician, now + timedelta(days=1))
    found = session.findings.get(gate="signing", rule="R01")
    assert found.level == "override"
    assert found.text.startswith("30 days between this and the toxin session of 1 Mar 2027.")


def test_expiry_is_asked_of_the_day_it_was_given(clinician: User, now: datetime) -> None:
    given_at = now - timedelta(days=3)
    draft = a_late_entry(clinician, now, given_at=given_at)
    Vial.objects.get().lot.__class__.objects.update(expires_on=(now - timedelta(days=1)).date())
    session = signed_late(draft, clinician, now)
    assert session.findings.get(gate="signing", rule="R07").level == "ok"


def test_session_begun_after_it_was_given_says_that_it_is_a_late_entry(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    with pytest.raises(SessionIncomplete) as refused:
        signed(session, clinician, now, injected_at=now - timedelta(days=1))
    assert list(refused.value.fields) == ["late_entry"]


def test_late_entry_lies_behind_us_and_has_its_reason(clinician: User, now: datetime) -> None:
    session = start_session(plan=an_active_plan(clinician, now), by=clinician, now=now)
    with pytest.raises(NotGivenEarlier):
        mark(session, clinician, now, given_at=now + timedelta(minutes=1))
    with pytest.raises(SessionIncomplete):
        mark(session, clinician, now, reason="paper    ")
    session.refresh_from_db()
    assert (session.is_late_entry, session.version) == (False, 1)


def test_mark_is_written_down_and_can_be_taken_back(clinician: User, now: datetime) -> None:
    session = mark(start_session(plan=an_active_plan(clinician, now), by=clinician, now=now), clinician, now)
    assert session.is_late_entry
    session = unmark_late_entry(session=session, version=session.version, by=clinician, now=now)
    assert (session.is_late_entry, session.injected_at) == (False, None)
    verbs = Entry.objects.filter(thing_public_id=session.public_id).values_list("verb", flat=True)
    assert {"session.late_entry", "session.not_late_entry"} <= set(verbs)


def test_mark_from_an_older_page_or_on_a_signed_session_is_refused(clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    with pytest.raises(EditedMeanwhile):
        mark(session, clinician, now, version=session.version - 1)
    session = signed(session, clinician, now)
    with pytest.raises(SessionSigned):
        mark(session, clinician, now)


# --- its pages -------------------------------------------------------------------------------------------------------


def test_page_marks_and_the_sheet_says_so_on_screen_and_paper(client: Client, clinician: User) -> None:
    now = timezone.now()
    plan = an_active_plan(clinician, now - timedelta(days=5))
    session = checked(plan, clinician, now)
    given_at = now - timedelta(days=2)
    answer = client.post(
        url("session_late", session),
        {"version": session.version, "given_at": local(given_at), "reason": NO_POWER},
    )
    assert answer["Location"] == url("session", session)
    session.refresh_from_db()
    prepared(session, some_vials(clinician, given_at), clinician, given_at)
    assert "Late entry." in client.get(url("session", session)).content.decode()
    shown = reviewed(client, session, injected_at=local(given_at))
    assert shown["Location"] == url("session_sign", session)
    assert NO_POWER in client.get(url("session_sign", session)).content.decode()
    press_sign(client, session)
    for name in ("session", "session_print"):
        text = client.get(url(name, session)).content.decode()
        assert "Late entry." in text
        assert NO_POWER in text
        assert f"typed in and signed by {clinician.full_name}" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"given_at": "2199-01-01T10:00"}, "This time lies ahead"),
        ({"given_at": ""}, "required"),
        ({"reason": "short"}, "at least 10"),
        ({"version": "1"}, "A colleague saved this session meanwhile"),
    ],
)
def test_page_says_beside_the_field_what_is_wrong_and_keeps_the_rest(
    changes: dict[str, str], said: str, client: Client, clinician: User
) -> None:
    now = timezone.now()
    session = checked(an_active_plan(clinician, now), clinician, now)
    sent = {"version": str(session.version), "given_at": local(now - timedelta(days=1)), "reason": NO_POWER} | changes
    answer = client.post(url("session_late", session), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert sent["reason"] in text
    session.refresh_from_db()
    assert not session.is_late_entry


def test_time_of_a_late_entry_cannot_be_emptied_on_the_draft(client: Client, clinician: User, now: datetime) -> None:
    session = a_late_entry(clinician, now, given_at=now - timedelta(days=3))
    answer = reviewed(client, session, injected_at="")
    assert answer.status_code == 422
    session.refresh_from_db()
    assert session.injected_at == now - timedelta(days=3)


def test_a_year_before_the_patient_was_born_is_not_signed(clinician: User, now: datetime) -> None:
    session = mark(ready_to_sign(clinician, now), clinician, now, given_at=now.replace(year=1907))
    with pytest.raises(SessionIncomplete) as refused:
        signed(session, clinician, now)
    assert refused.value.fields == ["injected_before_birth"]
