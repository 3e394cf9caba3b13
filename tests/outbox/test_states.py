"""What may follow what, and that the model and the table speak of the same states."""

from clinic.outbox import states
from clinic.outbox.models import LetterState


def test_states_table_names_each_state_of_the_model() -> None:
    assert set(states.MAY_BECOME) == set(LetterState.values)
    assert {target for targets in states.MAY_BECOME.values() for target in targets} <= set(LetterState.values)


def test_states_that_end_for_good_lead_nowhere() -> None:
    assert {state for state, targets in states.MAY_BECOME.items() if not targets} == {"sent", "lapsed", "failed"}


def test_states_sending_follows_queued_alone() -> None:
    assert states.before("sending") == {"queued"}


def test_states_before_sent() -> None:
    assert states.before("sent") == {"sending", "held", "uncertain"}


def test_states_uncertain_never_goes_out_by_itself() -> None:
    assert "sending" not in states.MAY_BECOME["uncertain"]


def test_states_are_live_or_ended() -> None:
    assert set(LetterState.values) == states.LIVE | states.ENDED
    assert frozenset() == states.LIVE & states.ENDED
