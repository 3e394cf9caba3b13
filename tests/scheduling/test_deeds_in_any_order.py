"""Five hundred deeds in any order: table and model agree after each, no time is held twice. `make drill` does more."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.outbox.owner import as_owner, execute
from tests.scheduling.deeds.machine import deeds_of_a_clinic

pytestmark = pytest.mark.django_db
RUNS, STEPS, DEEDS = 12, 60, 500
PLAYED = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    derandomize=True,  # the same five hundred each time; the drill's are others each time
    phases=(Phase.generate,),  # the drill looks for the shortest way to what it finds
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_five_hundred_deeds_come_to_what_the_model_says() -> None:
    done: Counter[tuple[str, str]] = Counter()
    run_state_machine_as_test(deeds_of_a_clinic(done), settings=PLAYED)
    assert done.total() >= DEEDS  # the other steps are time that passes, and leave taken
    assert {said for _deed, said in done} >= {"done", "SlotTaken clinician", "SlotTaken room", "PatientBusy"}


@pytest.mark.parametrize("constraint", ["clinician", "room", "patient"])
def test_control_without_a_constraint_the_table_is_caught_holding_a_time_twice(constraint: str) -> None:
    with as_owner():
        execute(f"ALTER TABLE scheduling_appointment DROP CONSTRAINT appointment_{constraint}_free")
    with pytest.raises(AssertionError):
        run_state_machine_as_test(deeds_of_a_clinic(Counter()), settings=settings(PLAYED, report_multiple_bugs=False))
