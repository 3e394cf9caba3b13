"""`pytest tests/drill/deeds.py -s`, part of `make drill`: ten thousand deeds of the calendar in any order.

Other ones each time; what failed is printed as the steps that lead to it. The table goes to docs/deeds.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from clinic.embedded.home import CHECKOUT
from tests.drill.table import when_and_where
from tests.scheduling.deeds.machine import deeds_of_a_clinic

ROUNDS, RUNS, STEPS, DEEDS = 10, 10, 150, 10_000
PAGE = CHECKOUT / "docs" / "deeds.md"
INTRODUCTION = """# Ten thousand deeds on the calendar

Booking, moving, stretching, cancelling, the steps of a visit, taking back, the same press again, pages from before,
leave and times kept for who chooses online, in any order on a day of three doctors, two rooms and three patients, by
Hypothesis. A model in minutes that shares no code with the app says of each whether it must be done, or for which
reasons it may be refused; after each the table's rows are compared with the model's, and no two that hold a time may
share it. `make drill` writes this page.

"""


@pytest.fixture(scope="module")
def done(request: pytest.FixtureRequest) -> Iterator[Counter[tuple[str, str]]]:
    """What was done and refused, over all rounds; written when all is over and nothing disagreed."""
    began_at, done, failed = datetime.now(UTC), Counter[tuple[str, str]](), request.session.testsfailed
    yield done
    if request.session.testsfailed > failed:
        return
    assert done.total() >= DEEDS
    by_deed: dict[str, Counter[str]] = defaultdict(Counter)
    for (deed, said), times in done.items():
        by_deed[deed][said] += times
    lines = ["| deed | times | done | refused, and why |", "| --- | ---: | ---: | --- |"]
    for deed, told in sorted(by_deed.items()):
        why = ", ".join(f"{reason} {times}" for reason, times in sorted(told.items()) if reason != "done")
        lines.append(f"| {deed} | {told.total()} | {told['done']} | {why} |")
    text = f"{INTRODUCTION}{when_and_where(began_at)}; {done.total()} deeds, no disagreement.\n\n"
    PAGE.write_text(text + "\n".join(lines) + "\n")
    print("\n" + text)  # noqa: T201  # what the drill is run for


@pytest.mark.django_db
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_thousand_deeds_come_to_what_the_model_says(done: Counter[tuple[str, str]], _round: int) -> None:
    run_state_machine_as_test(
        deeds_of_a_clinic(done),
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
