"""Pages of what worked: the effect window, the headache diary, one score, the list of a clinician's own day."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib import clock
from clinic.staff.models import User
from scheduling.models import FollowUp
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, another_plan, checked, prepared, ready_to_sign, signed, some_vials
from tests.treatments.test_views_consultation import signed_in_as
from treatments.models import (
    EffectEstimate,
    FlagSeen,
    InjectionSession,
    Plan,
    Score,
    ScoreMark,
    WearOffReport,
    WindowByHand,
)
from treatments.reporting import record_check_in
from treatments.scoring import record_score

NOW = datetime.combine(clock.now().date() - timedelta(days=78), time(4, 30), UTC)
DAY = NOW.date()
"""Eleven weeks and a day before the pages are opened: the diary shows all weeks since."""
REASON = "Relief held on the last two cycles"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician() -> User:
    return a_user()


@pytest.fixture
def session(clinician: User) -> InjectionSession:
    return signed(ready_to_sign(clinician, NOW), clinician, NOW)


@pytest.fixture
def client(clinician: User) -> Client:
    return signed_in_as(clinician)


def at(name: str, thing: Any, *more: str) -> str:
    return reverse(f"treatments:{name}", args=[thing.public_id, *more])


def shown(day: date) -> str:
    """A day as pages write it."""
    return f"{day.day} {day:%b %Y}"


def words_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def scored(session: InjectionSession, week: int, days: int, **facts: Any) -> Score:
    when = NOW + timedelta(weeks=week)
    return record_score(
        patient=session.patient,
        plan=session.plan,
        instrument_key="headache_days",
        value=Decimal(days),
        taken_on=when.date(),
        by=session.clinician,
        now=when,
        **facts,
    )


def test_a_window_set_by_hand_is_shown_as_that_and_moves_the_follow_up(
    client: Client, session: InjectionSession
) -> None:
    typed = {"value": "16", "unit": "weeks", "reason": REASON, "seen": ""}
    answer = client.post(at("plan_window_set", session.plan), typed)
    assert (answer.status_code, answer["Location"]) == (302, at("plan_window", session.plan))
    assert FollowUp.objects.get(session=session).book_by_on == DAY + timedelta(weeks=16)
    words = words_of(client.get(at("plan_window", session.plan)))
    for sentence in (
        "16 weeks, Clinician 0",
        REASON,
        "About 12 weeks: usual in this condition, no cycle tells yet.",
        "Set by hand: 16 weeks.",
        "a session was signed",
    ):
        assert sentence in words, sentence
    story = words_of(client.get(reverse("treatments:patient_story", args=[session.patient.public_id])))
    assert "Set by hand 16 weeks, Clinician 0: Relief held on the last two cycles" in story
    assert f"{shown(DAY + timedelta(weeks=16))[:-5]}, set by hand" in story


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"value": ""}, "value", "This field is required."),
        ({"value": "0"}, "value", "Ensure this value is greater than or equal to 1."),
        ({"value": "soon"}, "value", "Enter a whole number."),
        ({"value": "200", "unit": "weeks"}, "value", "At most two years: 104 weeks."),
        ({"unit": "years"}, "unit", "Select a valid choice. years is not one of the available choices."),
        ({"reason": ""}, "reason", "This field is required."),
        ({"seen": "x"}, "seen", "Enter a valid UUID."),
    ],
)
def test_a_window_that_cannot_be_is_said_beside_its_field(
    client: Client, session: InjectionSession, changed: dict[str, str], field: str, words: str
) -> None:
    typed = {"value": "98", "unit": "days", "reason": REASON, "seen": "", **changed}
    answer = client.post(at("plan_window_set", session.plan), typed)
    assert (answer.status_code, answer.context["window_form"].errors) == (422, {field: [words]})
    assert not WindowByHand.objects.exists()


def test_of_two_who_set_it_the_second_looks_again(client: Client, session: InjectionSession) -> None:
    typed = {"value": "98", "unit": "days", "reason": REASON, "seen": ""}
    client.post(at("plan_window_set", session.plan), typed)
    answer = client.post(at("plan_window_set", session.plan), {**typed, "value": "105"})
    assert answer.status_code == 409
    assert "Somebody set or took back the window since" in words_of(answer)
    assert answer.context["window_form"]["value"].value() == "105"
    assert WindowByHand.objects.count() == 1


def test_it_is_taken_back_with_a_reason_only(client: Client, session: InjectionSession) -> None:
    client.post(at("plan_window_set", session.plan), {"value": "98", "unit": "days", "reason": REASON})
    window = WindowByHand.objects.get()
    client.post(at("window_withdraw", window), {"reason": ""})
    assert FollowUp.objects.get(session=session).book_by_on == DAY + timedelta(days=98)
    client.post(at("window_withdraw", window), {"reason": "Trust the scores again"})
    assert FollowUp.objects.get(session=session).book_by_on == DAY + timedelta(days=84)
    assert Entry.objects.filter(verb__in=("window.set_by_hand", "window.withdrawn")).count() == 2


def test_a_plan_without_session_has_no_window_to_set(client: Client, clinician: User) -> None:
    plan = an_active_plan(clinician, NOW)
    assert "No session yet" in words_of(client.get(at("plan_window", plan)))
    typed = {"value": "98", "unit": "days", "reason": REASON, "seen": ""}
    assert client.post(at("plan_window_set", plan), typed).status_code == 409
    assert not WindowByHand.objects.exists()


def test_a_report_is_taken_down_and_taken_back(client: Client, session: InjectionSession) -> None:
    said_on = DAY + timedelta(days=63)
    client.post(at("plan_wear_off", session.plan), {"told_on": said_on.isoformat()})
    report = WearOffReport.objects.get()
    assert "said by the patient" in words_of(client.get(at("plan_window", session.plan)))
    client.post(at("wear_off_withdraw", report), {"reason": "Meant the week after"})
    assert "Meant the week after" in words_of(client.get(at("plan_window", session.plan)))
    assert EffectEstimate.objects.order_by("-id")[0].statuses == ["no_scores"]
    for wrong, words in (("2999-01-01", "This day has not come yet."), (DAY.isoformat(), "No session of this plan")):
        answer = client.post(at("plan_wear_off", session.plan), {"told_on": wrong})
        assert answer.status_code == 422
        assert words in answer.context["report_form"].errors["told_on"][0]


def test_the_diary_keeps_weeks_as_days_in_28_and_counts_four_whole(client: Client, session: InjectionSession) -> None:
    ends = [DAY + timedelta(weeks=week) for week in (1, 2, 3, 4)]
    typed = {f"week-{end.isoformat()}": str(days) for end, days in zip(ends, (4, 3, 2, 0), strict=True)}
    assert client.post(at("plan_diary", session.plan), typed).status_code == 302
    kept = Score.objects.order_by("taken_on").values_list("taken_on", "weekly_count", "value")
    assert list(kept) == [
        (ends[0], 4, Decimal(16)),
        (ends[1], 3, Decimal(12)),
        (ends[2], 2, Decimal(8)),
        (ends[3], 0, Decimal(0)),
    ]
    client.post(at("plan_diary", session.plan), {**typed, f"week-{ends[3].isoformat()}": "1"})
    assert Score.objects.count() == 5  # the last one corrected, the others as they were
    words = words_of(client.get(at("plan_diary", session.plan)))
    assert f"Counted whole: 10 headache days in the 28 days to {shown(ends[3])}." in words
    story = client.get(reverse("treatments:patient_story", args=[session.patient.public_id]))
    assert [row.value for row in story.context["plans"][0]["told"]["scores"]] == ["4", "8", "12", "16"]


@pytest.mark.parametrize("typed", ["8", "-1", "two", "1.5"])
def test_a_week_has_seven_days(client: Client, session: InjectionSession, typed: str) -> None:
    name = f"week-{(DAY + timedelta(weeks=1)).isoformat()}"
    answer = client.post(at("plan_diary", session.plan), {name: typed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])
    assert answer.context["form"][name].value() == typed
    assert not Score.objects.exists()


def test_a_week_the_patient_told_is_shown_and_not_asked(client: Client, session: InjectionSession) -> None:
    when = NOW + timedelta(weeks=4, days=-1)
    record_check_in(plan=session.plan, values={}, weekly_headache_days=2, is_wearing_off=False, told_at=when, now=when)
    diary = client.get(at("plan_diary", session.plan)).context["diary"]
    (told,) = [week for week in diary["weeks"] if week.known]
    assert (told.field, told.first, told.last, told.of_window) == (
        None,
        DAY + timedelta(days=21),
        DAY + timedelta(days=27),
        "8",
    )


def test_a_score_is_corrected_marked_and_taken_back_on_its_page(client: Client, session: InjectionSession) -> None:
    first = scored(session, 4, 28)
    wrong = client.post(
        at("score_correct", first), {"value": "29", "taken_on": first.taken_on.isoformat(), "reason": REASON}
    )
    assert (wrong.status_code, wrong.context["correction"].errors) == (422, {"value": ["From 0 to 28."]})
    typed = {"value": "9", "taken_on": first.taken_on.isoformat(), "reason": "Read from the wrong line"}
    client.post(at("score_correct", first), typed)
    later = Score.objects.get(corrects=first)
    assert "Corrected since" in words_of(client.get(at("score", first)))
    assert client.post(at("score_correct", first), typed).status_code == 409
    client.post(at("score_mark", later), {"kind": "flare", "reason": "A week of fever"})
    story = words_of(client.get(reverse("treatments:patient_story", args=[session.patient.public_id])))
    assert "confounded" in story
    assert "corrected, was 28" in story
    client.post(at("mark_withdraw", ScoreMark.objects.get()), {"reason": "It was no flare"})
    assert "Confounded" not in words_of(client.get(at("score", later)))
    client.post(at("score_withdraw", later), {"reason": "Of somebody else"})
    assert "Taken back" in words_of(client.get(at("score", later)))
    assert not Score.objects.standing().exists()


def test_a_weeks_count_is_corrected_by_its_days(client: Client, session: InjectionSession) -> None:
    client.post(at("plan_diary", session.plan), {f"week-{(DAY + timedelta(weeks=1)).isoformat()}": "5"})
    row = Score.objects.get()
    client.post(at("score_correct", row), {"value": "3", "taken_on": row.taken_on.isoformat(), "reason": REASON})
    later = Score.objects.get(corrects=row)
    assert (later.weekly_count, later.value) == (3, Decimal(12))


def test_what_needs_an_eye_is_listed_until_somebody_says_what_follows(
    client: Client, session: InjectionSession
) -> None:
    my_day = reverse("treatments:my_day")
    assert client.get(my_day).context["flagged"] == []
    scored(session, 0, 20, is_baseline=True)
    scored(session, 4, 19)
    (row,) = client.get(my_day).context["flagged"]
    assert row["words"] == ["No effect in the latest cycle"]
    assert "No effect in the latest cycle." in words_of(
        client.get(reverse("treatments:plan", args=[session.plan.public_id]))
    )
    assert client.post(at("plan_flag", session.plan, "no_effect"), {"reason": ""}).status_code == 422
    assert client.post(at("plan_flag", session.plan, "shortening"), {"reason": REASON}).status_code == 302
    client.post(at("plan_flag", session.plan, "no_effect"), {"reason": "Raise to 195 U next time"})
    assert FlagSeen.objects.get().note == "Raise to 195 U next time"
    assert client.get(my_day).context["flagged"] == []
    assert "Raise to 195 U next time" in words_of(client.get(at("plan_window", session.plan)))


def test_an_effect_that_ends_early_twice_is_watched_on_story_plan_and_list(
    client: Client, session: InjectionSession, clinician: User
) -> None:
    for cycle, day in ((0, 66), (1, 63)):
        if cycle:
            later = NOW + timedelta(weeks=12)
            second = checked(session.plan, clinician, later)
            prepared(second, some_vials(clinician, later, number="C7731A4"), clinician, later)
            signed(second, clinician, later)
        told_at = NOW + timedelta(weeks=12 * cycle, days=day)
        record_check_in(
            plan=session.plan, values={}, weekly_headache_days=None, is_wearing_off=True, told_at=told_at, now=told_at
        )
    advice = "raise the dose within the label: 155 up to 195 U; change the choice of muscles; bridge:"
    story = words_of(client.get(reverse("treatments:patient_story", args=[session.patient.public_id])))
    assert "The effect gets shorter: the last cycles ended on day 66, 63, before week 11." in story
    for page in (story, words_of(client.get(reverse("treatments:plan", args=[session.plan.public_id])))):
        assert advice in page
    (row,) = client.get(reverse("treatments:my_day")).context["flagged"]
    assert row["words"] == ["Wears off early, twice in a row"]


def test_nothing_is_recorded_of_who_has_died(client: Client, session: InjectionSession) -> None:
    row = scored(session, 4, 10)
    session.patient.deceased_on = DAY + timedelta(days=40)
    session.patient.save(update_fields=["deceased_on"])
    client.post(at("plan_window_set", session.plan), {"value": "98", "unit": "days", "reason": REASON})
    client.post(at("plan_wear_off", session.plan), {"told_on": (DAY + timedelta(days=30)).isoformat()})
    client.post(at("score_mark", row), {"kind": "flare", "reason": REASON})
    client.post(at("score_withdraw", row), {"reason": REASON})
    client.post(at("plan_diary", session.plan), {f"week-{(DAY + timedelta(weeks=1)).isoformat()}": "5"})
    assert not any(model.objects.exists() for model in (WindowByHand, WearOffReport, ScoreMark))
    assert Score.objects.standing().count() == 1


def test_cost_is_the_same_with_one_row_and_with_many(
    client: Client, session: InjectionSession, django_assert_max_num_queries: Any
) -> None:
    addresses = [at("plan_window", session.plan), at("plan_diary", session.plan), reverse("treatments:my_day")]
    counts: list[list[int]] = []
    for weeks in ((0, 4), (5, 6, 7)):
        for week in weeks:
            scored(session, week, 20 - week % 2, is_baseline=week == 0)
            client.post(at("plan_diary", session.plan), {f"week-{(DAY + timedelta(weeks=4 + week)).isoformat()}": "5"})
            record_check_in(
                plan=session.plan, values={"nrs": Decimal(3)}, weekly_headache_days=None, is_wearing_off=False,
                told_at=NOW + timedelta(weeks=week, days=1), now=NOW + timedelta(weeks=week, days=1),
            )  # fmt: skip
        found = []
        for address in addresses:
            client.get(address)
            with django_assert_max_num_queries(40) as captured:
                client.get(address)
            found.append(len(captured))
        counts.append(found)
    assert counts[0] == counts[1]


def test_the_list_costs_the_same_with_one_plan_and_with_three(
    client: Client, session: InjectionSession, django_assert_max_num_queries: Any
) -> None:
    scored(session, 0, 20, is_baseline=True)
    scored(session, 4, 19)
    counts = []
    for more in (0, 2):
        for _turn in range(more):
            plan = another_plan(session.plan)
            row = EffectEstimate.objects.order_by("-id")[0]
            row.pk, row.public_id, row.plan = None, plan.public_id, plan
            row.save(force_insert=True)
        client.get(reverse("treatments:my_day"))
        with django_assert_max_num_queries(20) as captured:
            answer = client.get(reverse("treatments:my_day"))
        counts.append((len(captured), len(answer.context["flagged"])))
    assert counts == [(counts[0][0], 1), (counts[0][0], 3)]
    assert Plan.objects.count() == 3
