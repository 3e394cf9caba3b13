"""Where a follow-up stands: the pure table, by hand and by properties, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from scheduling import standing
from scheduling.standing import Facts, Place, place

REASONS = sorted({reason for places in standing.TOGETHER.values() for some in places.values() for reason in some})
WHERE = ("letters", "call_list", "clinician_list", "closed")
facts = st.builds(
    Facts,
    state=st.sampled_from(standing.LIVE),
    reason=st.sampled_from(REASONS),
    plan_is_paused=st.booleans(),
    has_unresolved_serious=st.booleans(),
    is_without_effect=st.booleans(),
    is_wearing_off=st.booleans(),
    is_put_off=st.booleans(),
    visit_is_too_early=st.booleans(),
    unreachable=st.sampled_from(("", *sorted(standing.UNREACHABLE))),
)


def waiting(reason: str = "", **known: object) -> Facts:
    return Facts(state="pending", reason=reason, **known)  # type: ignore[arg-type]


def test_table_of_the_design_says_where_each_patient_is_instead() -> None:
    said = {
        reason: next(where for places in standing.TOGETHER.values() for where, some in places.items() if reason in some)
        for reason in REASONS
        if reason
    }
    by = {where: {reason for reason, place in said.items() if place == where} for where in WHERE}
    assert by == {
        "letters": {"wearing_off", "minimum_interval", "visit_cancelled"},
        "call_list": {
            "opted_out", "no_address", "address_suspended", "failed", "uncertain", "no_answer", "day_has_passed",
            "visit_no_show", "visit_left", "visit_gone_by", "visit_too_early",
        },
        "clinician_list": {"serious_event", "plan_paused", "no_effect"},
        "closed": {
            "treated", "will_not_come", "gave_up", "plan_stopped", "plan_completed", "treated_elsewhere", "transferred",
            "deceased", "restricted", "merged_away", "session_voided",
        },
    }  # fmt: skip


def test_deed_leads_from_a_booked_one_neither_to_declined_nor_to_lapsed() -> None:
    assert standing.before("declined") == ("pending", "reminded")
    assert standing.before("lapsed") == ("pending", "reminded")
    assert standing.before("closed") == ("booked", "pending", "reminded")
    assert standing.before("booked") == ("pending", "reminded")


def test_clinician_comes_before_the_desk_and_no_effect_before_a_pause() -> None:
    every = waiting("no_answer", plan_is_paused=True, has_unresolved_serious=True, is_without_effect=True)
    assert place(every) == Place("clinician_list", "no_effect")
    assert place(waiting("no_answer", plan_is_paused=True)) == Place("clinician_list", "plan_paused")


def test_who_may_be_mailed_again_leaves_the_call_list_and_who_may_not_says_why() -> None:
    assert place(waiting("opted_out")) == Place("letters", "")
    assert place(waiting("opted_out", unreachable="no_address")) == Place("call_list", "no_address")
    assert place(waiting("visit_no_show")) == Place("call_list", "visit_no_show")


def test_who_cannot_be_mailed_is_called_on_the_letters_day_and_not_before() -> None:
    assert place(waiting(unreachable="opted_out")) == Place("letters", "")


def test_booked_visit_is_watched_unless_it_may_not_take_place() -> None:
    booked = Facts(state="booked", reason="", has_unresolved_serious=True, unreachable="no_address")
    assert place(booked) == Place("letters", "")
    assert place(Facts(state="booked", reason="", visit_is_too_early=True)) == Place("call_list", "visit_too_early")


@given(facts)
def test_place_is_always_one_the_table_allows(known: Facts) -> None:
    found = place(known)
    assert standing.may_stand(known.state, found.where, found.reason)


@given(facts)
def test_settled_once_is_settled(known: Facts) -> None:
    found = place(known)
    again = Facts(**{name: getattr(known, name) for name in Facts.__slots__} | {"reason": found.reason})
    assert place(again) == found


@given(st.sampled_from(sorted(standing.FOLLOWS)), st.sampled_from(WHERE), st.sampled_from(REASONS))
def test_ended_is_closed_and_live_is_not(state: str, where: str, reason: str) -> None:
    if standing.may_stand(state, where, reason):
        assert (where == "closed") == (state not in standing.LIVE)


def test_every_state_can_be_left_and_reached() -> None:
    assert set(standing.FOLLOWS) == set(standing.TOGETHER)
    reached = {end for ends in standing.FOLLOWS.values() for end in ends}
    assert reached == set(standing.FOLLOWS)
