"""Adverse events: recorded, corrected by a later entry, found by muscle and lot, never changed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.staff.models import Role, User
from tests.patients.making import client_of
from tests.treatments.events import an_event, facts_of
from tests.treatments.people import NOW, a_location, a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.adverse_events import revise_event
from treatments.errors import EditedMeanwhile
from treatments.event_story import (
    before_session,
    events_by_muscle,
    events_of,
    events_with,
    has_unresolved_serious,
    rates_of,
    serious_near,
)
from treatments.formulary import Formulary
from treatments.models import AdverseEvent, EventEntry, InjectionSession, Lot
from treatments.recording import start_session

pytestmark = pytest.mark.django_db
TODAY = date(2027, 3, 1)
LIST_QUERIES = 11


@pytest.fixture
def doctor() -> User:
    return a_user(Role.CLINICIAN, name="Dr Zala")


@pytest.fixture
def session(doctor: User, time_machine: Any) -> InjectionSession:
    time_machine.move_to(NOW, tick=False)
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)


def test_last_entry_counts_and_the_first_stands(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW, is_serious=True)
    assert has_unresolved_serious(session.patient)
    revise_event(
        event=event, seen=1, facts=facts_of(session, is_serious=True, outcome="resolved", resolved_on=TODAY),
        by=doctor, now=NOW,
    )  # fmt: skip
    assert not has_unresolved_serious(session.patient)
    assert [entry.outcome for entry in event.entries.all()] == ["ongoing", "resolved"]
    assert [entry.number for entry in events_of(session.patient)] == [2]


def test_two_who_write_at_once_see_each_others_entry(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW)
    revise_event(event=event, seen=1, facts=facts_of(session, severity="severe"), by=doctor, now=NOW)
    with pytest.raises(EditedMeanwhile) as refusal:
        revise_event(event=event, seen=1, facts=facts_of(session, severity="mild"), by=doctor, now=NOW)
    assert refusal.value.theirs.severity == "severe"


def test_an_entry_after_one_that_is_not_there_is_refused(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW)
    for seen in (0, 7, 99_999):
        with pytest.raises(EditedMeanwhile):
            revise_event(event=event, seen=seen, facts=facts_of(session), by=doctor, now=NOW)


def test_recorded_by_mistake_is_on_no_list_but_can_be_read(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW, is_serious=True)
    revise_event(
        event=event, seen=1, facts=facts_of(session, is_serious=True, is_struck=True, note="Another patient."),
        by=doctor, now=NOW,
    )  # fmt: skip
    assert list(events_of(session.patient)) == []
    assert not has_unresolved_serious(session.patient)
    assert event.entries.count() == 2


def test_events_are_found_by_muscle_and_lot(session: InjectionSession, doctor: User) -> None:
    sites = list(session.sites.filter(muscle__key="frontalis", side="left"))
    lot = Lot.objects.get()
    droop = an_event(session, doctor, NOW, term_key="brow_droop", term="Brow droop", sites=sites, lots=[lot])
    anywhere = an_event(session, doctor, NOW)
    by_muscle = events_by_muscle(session)
    assert {place: [entry.event for entry in entries] for place, entries in by_muscle.items()} == {
        ("frontalis", "left"): [droop],
        ("", ""): [anywhere],
    }
    assert [entry.event for entry in events_with(lot)] == [droop]


def test_what_happened_last_time_is_there_before_the_next(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW)
    following = start_session(plan=session.plan, by=doctor, now=NOW + timedelta(weeks=12))
    assert [entry.event for entry in before_session(following)] == [event]


def test_a_drafts_site_can_be_taken_away_though_events_name_sites(session: InjectionSession, doctor: User) -> None:
    an_event(session, doctor, NOW, sites=list(session.sites.all()[:1]))
    draft = start_session(plan=session.plan, by=doctor, now=NOW + timedelta(weeks=12))
    count = draft.sites.count()
    draft.sites.first().delete()
    assert draft.sites.count() == count - 1
    with pytest.raises(DatabaseError), transaction.atomic():
        session.sites.first().delete()


def test_rates_are_as_cited_for_the_condition_and_product() -> None:
    rates = rates_of("dysphagia", Formulary.from_files(), condition="cervical_dystonia", product="onabotulinumtoxinA")
    assert [(rate.percent, rate.source.text) for rate in rates] == [("19", "botoxone cervical dystonia safety")]
    assert len(rates_of("dysphagia", Formulary.from_files())) == 9
    assert Decimal(rates[0].percent) == 19


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"outcome": "resolved"}, "event_entry_resolved_has_its_day"),
        ({"resolved_on": TODAY - timedelta(days=1)}, "event_entry_is_resolved_after_it_began"),
        ({"severity": "awful"}, "event_entry_is_judged_in_known_words"),
        ({"term": ""}, "event_entry_names_what_happened"),
        ({"is_struck": True}, "event_entry_struck_has_a_reason"),
    ],
)
def test_database_refuses_what_no_entry_is(
    change: dict[str, Any], constraint: str, session: InjectionSession, doctor: User
) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        an_event(session, doctor, NOW, **change)
    assert violated(refusal.value) == constraint


@pytest.mark.parametrize("table", ["adverseevent", "evententry", "evententry_sites", "evententry_lots"])
@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize("deed", ["UPDATE treatments_{} SET id = id", "DELETE FROM treatments_{}"])
def test_what_was_recorded_stands(table: str, role: str, deed: str, session: InjectionSession, doctor: User) -> None:
    an_event(session, doctor, NOW, sites=list(session.sites.all()[:1]), lots=[Lot.objects.get()])
    with pytest.raises(DatabaseError), transaction.atomic():
        run(role, deed.format(table))


def run(role: str, statement: str) -> None:
    """Run SQL as the app's role, or as the owner of the tables."""
    with connection.cursor() as cursor:
        if role == "owner":
            cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute(statement)


def sent(**changes: str) -> dict[str, Any]:
    return {
        "term_key": "dysphagia", "onset_days": "0", "severity": "mild", "is_serious": "no", "relatedness": "possible",
        "outcome": "ongoing", **changes,
    }  # fmt: skip


def new_page(session: InjectionSession) -> str:
    return reverse("treatments:event_new", args=[session.patient.public_id])


def test_clinician_records_an_event_from_the_page(session: InjectionSession, doctor: User) -> None:
    client, lot, site = client_of(doctor), Lot.objects.get(), session.sites.first()
    html = client.get(new_page(session)).content.decode()
    assert "2% in Chronic migraine with Botox" in html
    assert "any choking, weight loss, aspiration, tube feeding" in html
    response = client.post(
        new_page(session),
        sent(sites=str(site.public_id), lots=str(lot.public_id), action_taken="Soft diet"),
        follow=True,
    )
    assert "Recorded." in response.content.decode()
    entry = EventEntry.objects.get()
    assert (entry.term, entry.onset_on, entry.event.session) == ("Trouble swallowing", TODAY, session)
    assert (list(entry.sites.all()), list(entry.lots.all())) == ([site], [lot])
    assert Entry.objects.filter(verb="event.opened", patient_public_id=session.patient.public_id).exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"term_key": "other"}, "Say what happened."),
        ({"onset_days": ""}, "Say when it began."),
        ({"onset_on": "2027-02-28", "onset_days": ""}, "It began before this session."),
        ({"onset_on": "2027-03-02", "onset_days": ""}, "This day has not come yet."),
        ({"onset_on": "2027-03-01", "onset_days": "5"}, "keep one of them"),
        ({"outcome": "resolved"}, "Say on which day it was over."),
        ({"severity": ""}, "This field is required."),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    change: dict[str, str], says: str, session: InjectionSession, doctor: User
) -> None:
    response = client_of(doctor).post(new_page(session), sent(note="Rang in the evening", **change))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert "Rang in the evening" in response.content.decode()
    assert AdverseEvent.objects.count() == 0


def test_a_later_entry_is_added_from_the_page_and_a_stale_one_is_told(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW)
    client, page = client_of(doctor), reverse("treatments:event", args=[event.public_id])
    over = sent(outcome="resolved", resolved_on="2027-03-01", seen="1")
    assert client.post(page, over).status_code == 302
    response = client.post(page, sent(seen="1", note="Still sore"))
    assert response.status_code == 409
    assert "Still sore" in response.content.decode()
    assert client.post(page, sent(seen="2", note="Still sore")).status_code == 302
    assert event.entries.count() == 3


def test_manager_reads_but_adds_nothing(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW)
    client, page = client_of(a_user(Role.MANAGER)), reverse("treatments:event", args=[event.public_id])
    assert "Add this entry" not in client.get(page).content.decode()
    client.post(page, sent(seen="1"))
    assert event.entries.count() == 1


def test_manager_lists_serious_events_of_the_location_with_where_to_report(
    session: InjectionSession, doctor: User
) -> None:
    an_event(session, doctor, NOW, is_serious=True)
    an_event(session, doctor, NOW, term="A small thing")
    html = client_of(a_user(Role.MANAGER)).get(reverse("treatments:serious_events")).content.decode()
    assert html.count("Trouble swallowing") == 1
    assert "Pharmacovigilance Programme of India" in html
    assert list(serious_near(a_user(Role.MANAGER, location=a_location("Surat")))) == []


def test_lot_page_and_chart_list_the_events(session: InjectionSession, doctor: User) -> None:
    lot = Lot.objects.get()
    an_event(session, doctor, NOW, lots=[lot])
    client = client_of(doctor)
    assert "Trouble swallowing" in client.get(reverse("treatments:stock_lot", args=[lot.public_id])).content.decode()
    part = client.get(reverse("treatments:patient_events", args=[session.patient.public_id])).content.decode()
    assert "Trouble swallowing" in part


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_no_more_for_more_events(
    count: int, session: InjectionSession, doctor: User, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        an_event(session, doctor, NOW, is_serious=True, sites=list(session.sites.all()[:2]))
    with django_assert_num_queries(3):
        events_by_muscle(session)
    client = client_of(doctor)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("treatments:serious_events"))
