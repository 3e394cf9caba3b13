"""The day-of check: what an answer means to the rules, and that nothing is assumed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked, clear_answers, prepared, signed, some_vials
from treatments.day_of import (
    DayOfAnswers,
    flags_today,
    given_elsewhere,
    infection_today,
    is_of_the_day,
    own_findings,
)
from treatments.facts import Consented, Flag, PriorSession
from treatments.findings import Level
from treatments.priors import prior_sessions

GIVEN = Consented.GIVEN
ASKED = ("s05_dysphagia", "s06_breathing", "s08_pregnant", "s09_breastfeeding", "s10_prior_toxin")


def test_nothing_answered_is_missing_never_clear() -> None:
    assert {key: flags_today({}, DayOfAnswers())[key] for key in ASKED} == dict.fromkeys(ASKED, Flag.MISSING)
    assert [finding.level for finding in own_findings(DayOfAnswers(), GIVEN)] == [Level.BLOCK]


def test_clear_answers_clear_what_nobody_had_asked() -> None:
    assert {key: flags_today({}, clear_answers())[key] for key in ASKED} == dict.fromkeys(ASKED, Flag.CLEARED)
    assert own_findings(clear_answers(), GIVEN) == ()


@pytest.mark.parametrize(
    ("consented", "code"),
    [(Consented.NOT_ASKED, "consent.not_recorded"), (Consented.NOT_GIVEN, "consent.taken_back")],
)
def test_a_consent_that_does_not_stand_stops_whatever_is_said_today(consented: Consented, code: str) -> None:
    (found,) = own_findings(clear_answers(), consented)
    assert (found.wording.code, found.level, found.rule) == (code, Level.BLOCK, "consent")


@pytest.mark.parametrize(
    ("question", "field", "answer", "before", "flag"),
    [
        ("s05_dysphagia", "swallowing", "no", Flag.STANDS, Flag.STANDS),  # a history is not undone by a good day
        ("s05_dysphagia", "swallowing", "yes", Flag.CLEARED, Flag.STANDS),
        ("s08_pregnant", "pregnant", "no", Flag.STANDS, Flag.CLEARED),  # a state of the day
        ("s08_pregnant", "pregnant", "does_not_apply", Flag.MISSING, Flag.CLEARED),
        ("s10_prior_toxin", "elsewhere", "no", Flag.STANDS, Flag.CLEARED),
        ("s08_pregnant", "pregnant", "", Flag.CLEARED, Flag.MISSING),
    ],
)
def test_answer_of_the_day_over_what_was_assessed(
    question: str, field: str, answer: str, before: Flag, flag: Flag
) -> None:
    assert flags_today({question: before}, clear_answers(**{field: answer}))[question] is flag


def test_new_illness_brings_its_question_and_its_note() -> None:
    answers = clear_answers(illness="yes", illness_note="Gentamicin since Monday", new_flags=("s13_aminoglycoside",))
    assert flags_today({}, answers)["s13_aminoglycoside"] is Flag.STANDS
    assert [finding.detail for finding in own_findings(answers, GIVEN)] == ["Gentamicin since Monday"]


def test_skin_is_by_muscle_and_side() -> None:
    answers = clear_answers(infection={"temporalis:left": "infected", "temporalis:right": "clear"})
    assert infection_today(answers) == {"temporalis:left": Flag.STANDS, "temporalis:right": Flag.CLEARED}


def test_toxin_elsewhere_may_be_of_unknown_product_and_dose() -> None:
    answers = clear_answers(elsewhere="yes", elsewhere_on=date(2027, 1, 20))
    assert given_elsewhere(answers) == (PriorSession(on=date(2027, 1, 20), product=None, units=None),)
    assert given_elsewhere(clear_answers(elsewhere_on=date(2027, 1, 20))) == ()


def test_check_comes_back_as_it_was_kept() -> None:
    answers = clear_answers(
        elsewhere="yes",
        elsewhere_on=date(2027, 1, 20),
        elsewhere_product="abobotulinumtoxinA",
        elsewhere_units=Decimal("120.5"),
        inr=Decimal("2.4"),
        deep_ticked=True,
    )
    assert DayOfAnswers.from_json(answers.as_json()) == answers
    assert DayOfAnswers().as_json() == {}


@pytest.mark.django_db
def test_toxin_told_of_at_one_session_counts_for_the_next() -> None:
    now, by = datetime(2027, 3, 1, 4, 30, tzinfo=UTC), a_user()
    told = {"elsewhere": "yes", "elsewhere_on": date(2027, 1, 20), "elsewhere_units": Decimal(50)}
    session = checked(an_active_plan(by, now), by, now, **told)
    prepared(session, some_vials(by, now), by, now)
    signed(session, by, now)
    assert [(prior.on, prior.product, prior.units) for prior in prior_sessions(session.patient)] == [
        (date(2027, 3, 1), "onabotulinumtoxinA", Decimal(155)),
        (date(2027, 1, 20), None, Decimal(50)),
    ]


@pytest.mark.parametrize(
    ("checked_at", "moment", "counts"),
    [
        (None, "2027-03-01T04:30", False),
        ("2027-03-01T04:30", "2027-03-01T18:29", True),  # 23:59 in Ahmedabad
        ("2027-03-01T04:30", "2027-03-01T18:30", False),  # midnight there, still Monday in London
        ("2027-03-01T18:30", "2027-03-01T18:29", True),  # written down later than it was given
    ],
)
def test_a_check_counts_on_its_local_day_or_written_down_later(
    checked_at: str | None, moment: str, counts: bool
) -> None:
    made = datetime.fromisoformat(checked_at).replace(tzinfo=UTC) if checked_at else None
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert is_of_the_day(made, at, ZoneInfo("Asia/Kolkata")) is counts
