"""The recall list: each group with its control, filters and counts, one number for the rail, constant queries."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from scheduling import recall
from scheduling.calling import log_call
from scheduling.models import CallOutcome, FollowUp
from scheduling.recall import Wanted
from tests.clinic.random_parts import without_random_parts
from tests.outbox.owner import as_owner
from tests.patients.making import client_of
from tests.treatments.people import a_location, a_patient, a_user
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
BACK_ON = date(2027, 5, 24)
LATER = datetime(2027, 6, 15, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def doctor() -> User:
    return a_user(Role.CLINICIAN, name="Dr Meera Solanki")


def group_of(user: User, today: date = BACK_ON) -> list[str]:
    found = recall.counts(user=user, today=today, wanted=Wanted())
    return [one.key for one in found if one.count and one.key != recall.NOW]


def another(of: InjectionSession, *, doctor: User | None = None, **facts: Any) -> FollowUp:
    """A follow-up like the session's, of another patient."""
    number = FollowUp.objects.count()
    row: FollowUp = FollowUp.objects.filter(session=of).earliest("pk")
    plan = row.plan
    patient = a_patient(given_name=f"Rekha {number}", search_name=f"rekha {number} trivedi", **facts)
    plan.pk, plan.public_id, plan.patient, plan.clinician = None, uuid4(), patient, doctor or plan.clinician
    plan.consultation = None
    plan.save(force_insert=True)
    session = row.session
    session.pk, session.public_id, session.plan, session.patient = None, uuid4(), plan, patient
    session.save(force_insert=True)
    row.pk, row.public_id, row.plan, row.patient, row.session = None, uuid4(), plan, patient, session
    row.location = patient.location
    row.save(force_insert=True)
    return row


def seen(user: User, **asked: Any) -> str:
    browser = client_of(user)
    page = browser.get(reverse("scheduling:recall"), asked).content.decode()
    return page.split("<main", 1)[1].split("</main>", 1)[0]


PENDING = {"state": "pending", "where": "letters", "reason": "", "call_again_on": None}
STANDS: tuple[tuple[dict[str, Any], date, str], ...] = (
    ({}, BACK_ON - 15 * DAY, "later"),
    ({}, BACK_ON - 14 * DAY, "due"),
    ({"reason": "wearing_off"}, BACK_ON - 15 * DAY, "due"),
    ({}, BACK_ON, "due"),
    ({}, BACK_ON + DAY, "overdue"),
    ({"state": "reminded"}, BACK_ON, "reminded"),
    ({"state": "reminded"}, BACK_ON + DAY, "silent"),
    ({"state": "reminded", "where": "call_list", "reason": "no_answer"}, BACK_ON, "silent"),
    ({"where": "call_list", "reason": "no_answer"}, BACK_ON + DAY, "overdue"),
    ({"where": "call_list", "reason": "no_answer"}, BACK_ON, "call"),
    ({"where": "call_list", "reason": "visit_no_show"}, BACK_ON - 15 * DAY, "call"),
    ({"where": "call_list", "reason": "opted_out"}, BACK_ON - 15 * DAY, "unreachable"),
    ({"where": "call_list", "reason": "no_address"}, BACK_ON, "unreachable"),
    ({"where": "call_list", "reason": "address_suspended"}, BACK_ON, "unreachable"),
    ({"where": "call_list", "reason": "failed"}, BACK_ON + DAY, "unreachable"),
    ({"where": "call_list", "reason": "uncertain", "state": "reminded"}, BACK_ON, "unreachable"),
    ({"call_again_on": BACK_ON + DAY}, BACK_ON, "snoozed"),
    ({"call_again_on": BACK_ON + DAY}, BACK_ON + DAY, "call"),
    ({"call_again_on": BACK_ON + DAY, "where": "call_list", "reason": "opted_out"}, BACK_ON, "snoozed"),
    ({"where": "clinician_list", "reason": "no_effect"}, BACK_ON + DAY, "clinician"),
    ({"state": "booked", "where": "clinician_list", "reason": "plan_paused"}, BACK_ON, "clinician"),
    ({"where": "clinician_list", "reason": "no_effect", "call_again_on": BACK_ON}, BACK_ON, "clinician"),
    ({"state": "booked"}, BACK_ON + DAY, "booked"),
    ({"state": "booked", "where": "call_list", "reason": "visit_too_early"}, BACK_ON, "early"),
)


def test_a_follow_up_stands_in_one_group(session: InjectionSession, desk: User) -> None:
    """One patient for the whole table: a signed session is dear."""
    found = []
    for facts, today, _group in STANDS:
        FollowUp.objects.update(**PENDING | facts)
        found.append((facts, today, *group_of(desk, today)))
    assert found == [*STANDS]


def test_closed_follow_ups_stand_in_no_group(session: InjectionSession, desk: User) -> None:
    FollowUp.objects.update(state="declined", where="closed", reason="will_not_come", said="Moved away", closed_at=NOW)
    assert group_of(desk) == []


def test_a_snooze_that_is_over_comes_back_by_itself(session: InjectionSession, desk: User) -> None:
    row = FollowUp.objects.get()
    call = log_call(
        follow_up=row, outcome=CallOutcome.NO_ANSWER, seen_version=row.version, press=uuid4(), by=desk, now=LATER
    )
    assert call.again_on is not None
    assert group_of(desk, call.again_on - DAY) == ["snoozed"]
    assert group_of(desk, call.again_on) == ["call"]


def test_rail_and_first_tab_show_the_same_number(session: InjectionSession, desk: User) -> None:
    rows = [FollowUp.objects.get(), *(another(session) for _ in range(5))]
    for row, facts in zip(
        rows,
        (
            {"where": "call_list", "reason": "visit_no_show"},
            {"state": "reminded"},
            {"where": "call_list", "reason": "opted_out"},
            {"state": "booked", "where": "call_list", "reason": "visit_too_early"},
            {"state": "booked"},
            {"where": "clinician_list", "reason": "no_effect"},
        ),
        strict=True,
    ):
        FollowUp.objects.filter(pk=row.pk).update(**facts)
    today = BACK_ON + DAY
    first = recall.counts(user=desk, today=today, wanted=Wanted())[0]
    assert (first.key, first.count) == ("now", 4)
    assert recall.overdue_count(desk, today) == 4
    assert recall.rows(user=desk, today=today, wanted=Wanted()).count() == 4


def test_the_day_of_the_place_decides_what_is_overdue(session: InjectionSession, desk: User) -> None:
    half_past_midnight = datetime(2027, 5, 24, 19, 0, tzinfo=UTC)  # 00:30 on the 25th in Ahmedabad
    assert recall.today_at(list(desk.locations.all()), half_past_midnight) == BACK_ON + DAY


def test_a_day_agreed_comes_before_the_longest_overdue(session: InjectionSession, desk: User) -> None:
    agreed = another(session)
    FollowUp.objects.filter(pk=agreed.pk).update(call_again_on=BACK_ON + DAY, book_by_on=BACK_ON + DAY)
    found = recall.rows(user=desk, today=BACK_ON + 2 * DAY, wanted=Wanted())
    assert [row.pk for row in found] == [agreed.pk, FollowUp.objects.get(session=session, cycle=1, pk__lt=agreed.pk).pk]


NARROWED: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({}, ["Meenal", "Rekha 1"]),
    ({"text": "rekh"}, ["Rekha 1"]),
    ({"text": "0042"}, ["Rekha 1"]),
    ({"text": "nobody"}, []),
    ({"since": BACK_ON + DAY}, ["Rekha 1"]),
    ({"until": BACK_ON}, ["Meenal"]),
    ({"since": BACK_ON, "until": BACK_ON + 3 * DAY}, ["Meenal", "Rekha 1"]),
    ({"group": "snoozed"}, []),
)


def test_filters_narrow_rows_and_counts_alike(session: InjectionSession, desk: User) -> None:
    other, today = another(session, phone="+919876500042", phone_digits="240005678919"), BACK_ON + 9 * DAY
    FollowUp.objects.filter(pk=other.pk).update(book_by_on=BACK_ON + 3 * DAY)
    for asked, names in NARROWED:
        wanted = Wanted(**asked)
        rows = recall.rows(user=desk, today=today, wanted=wanted)
        assert [row.patient.given_name for row in rows] == names, asked
        counted = {one.key: one.count for one in recall.counts(user=desk, today=today, wanted=wanted)}
        assert counted[wanted.group] == len(names), asked


def test_filters_by_record_number_clinician_and_place(session: InjectionSession, desk: User) -> None:
    farhan, there = a_user(Role.CLINICIAN, name="Dr Farhan Qureshi"), a_location("Satellite")
    desk.locations.add(there)
    other = another(session, doctor=farhan, location=there)
    today = BACK_ON + DAY
    for asked in (
        {"text": str(other.patient.record_number)},
        {"clinician": farhan.public_id},
        {"location": there.public_id},
    ):
        assert [row.pk for row in recall.rows(user=desk, today=today, wanted=Wanted(**asked))] == [other.pk]
    choices = recall.clinicians(user=desk, today=today, wanted=Wanted(location=there.public_id))
    assert [(one.name, one.count) for one in choices] == [("Dr Farhan Qureshi", 1), ("Dr Meera Solanki", 0)]
    choices = recall.locations(user=desk, today=today, wanted=Wanted(location=there.public_id))
    assert [(one.name, one.count) for one in choices] == [("Navrangpura", 1), ("Satellite", 1)]


def test_nobody_sees_the_follow_ups_of_another_place(session: InjectionSession) -> None:
    stranger = a_user(Role.FRONT_DESK, location=a_location("Elsewhere"))
    assert group_of(stranger) == []
    assert recall.overdue_count(stranger, BACK_ON + DAY) == 0


@pytest.mark.parametrize("extra", [0, 2])
def test_the_list_asks_the_same_number_of_questions(
    session: InjectionSession, desk: User, django_assert_num_queries: Any, time_machine: Any, extra: int
) -> None:
    time_machine.move_to(LATER, tick=False)
    for _ in range(extra):
        another(session)
    for row in FollowUp.objects.select_related("patient", "location"):
        log_call(
            follow_up=row, outcome=CallOutcome.WILL_BOOK, seen_version=row.version, press=uuid4(), by=desk, now=NOW
        )
    browser = client_of(desk)
    url = reverse("scheduling:recall")
    browser.get(url)
    with django_assert_num_queries(16):
        page = browser.get(url, {"group": "call"}).content.decode()
    assert page.count("data-row") == extra + 1


def test_a_page_holds_fifty(session: InjectionSession, desk: User) -> None:
    for _ in range(52):
        another(session)
    asked = {"group": "later", "q": "trivedi"}
    assert seen(desk, **asked).count("data-row") == 50
    assert seen(desk, **asked, page="2").count("data-row") == 3
    assert "?group=later&amp;q=trivedi&amp;page=2" in seen(desk, **asked)


def test_twenty_thousand_follow_ups_are_asked_by_an_index(session: InjectionSession, desk: User) -> None:
    """Years of closed cycles and two thousand that are live: the plan is looked at, not the time."""
    one_for_all = another(session)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE scheduling_followup DISABLE TRIGGER USER")  # no history of what is loaded
        cursor.execute("DROP INDEX follow_up_one_live_a_plan")  # one plan stands for two thousand
        cursor.execute(
            """
            INSERT INTO scheduling_followup (public_id, plan_id, patient_id, location_id, session_id, cycle,
              earliest_on, book_by_on, window_basis, state, reason, "where", next_step, opened_at, closed_at, version)
            SELECT gen_random_uuid(), plan_id, patient_id, location_id, session_id, n, earliest_on,
              book_by_on + n %% 900, '', CASE WHEN live THEN 'pending' ELSE 'done' END,
              CASE WHEN live THEN '' ELSE 'treated' END, CASE WHEN live THEN 'letters' ELSE 'closed' END, 1,
              opened_at, CASE WHEN live THEN NULL ELSE opened_at END, 1
            FROM scheduling_followup, generate_series(2, 20001) n, LATERAL (SELECT n %% 10 = 0 AS live) l
            WHERE scheduling_followup.id = %s
            """,
            [one_for_all.pk],
        )
        cursor.execute("ANALYZE scheduling_followup")
        cursor.execute("SET LOCAL join_collapse_limit = 8")  # Postgres's own, by which the clinic's database plans
    today = BACK_ON + 300 * DAY
    asked = (Wanted(), Wanted(group="silent"), Wanted(since=BACK_ON, until=BACK_ON + 7 * DAY))
    for wanted in asked:
        plan = recall.rows(user=desk, today=today, wanted=wanted)[:50].explain()
        assert "follow_up_live_by_date" in plan, plan
        assert "Seq Scan on scheduling_followup" not in plan, plan
    assert recall.overdue_count(desk, today) > 600
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX follow_up_live_by_date")
    assert "Seq Scan on scheduling_followup" in recall.rows(user=desk, today=today, wanted=Wanted())[:50].explain()


def test_a_junk_group_shows_the_first_that_has_somebody(session: InjectionSession, desk: User) -> None:
    assert "Meenal" in seen(desk, group="zz", page="-1")


def test_a_date_that_is_none_is_told_beside_its_field_and_narrows_nothing(
    session: InjectionSession, desk: User, time_machine: Any
) -> None:
    time_machine.move_to(LATER, tick=False)
    page = seen(desk, since="31-31-2027")
    assert "Enter a valid date." in page
    assert "Meenal" in page


def test_the_desk_reads_no_clinical_word(session: InjectionSession, desk: User, time_machine: Any) -> None:
    time_machine.move_to(LATER, tick=False)
    for where, reason in (("clinician_list", "no_effect"), ("letters", ""), ("call_list", "visit_left")):
        FollowUp.objects.update(where=where, reason=reason)
        group = {"clinician_list": "clinician", "letters": "overdue", "call_list": "call"}[where]
        page = without_random_parts(seen(desk, group=group, open=str(FollowUp.objects.get().public_id))).casefold()
        assert "meenal" in page
        for word in ("migraine", "inject", "toxin", "botox", "effect", "dose", "units", session.condition.key):
            assert word not in page, word


def test_who_cannot_be_written_to_is_shown_no_planned_letter(
    session: InjectionSession, desk: User, time_machine: Any
) -> None:
    time_machine.move_to(datetime(2027, 5, 20, 5, 0, tzinfo=UTC), tick=False)
    assert Letter.objects.about(FollowUp.objects.get()).filter(state="queued").exists()
    FollowUp.objects.update(book_by_on=date(2027, 5, 24))
    assert "planned" in seen(desk, group="due")
    FollowUp.objects.update(where="call_list", reason="opted_out")
    page = seen(desk, group="unreachable")
    assert "wants no reminders" in page
    assert "planned" not in page
