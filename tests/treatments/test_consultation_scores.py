"""Baseline scores: each condition's instruments are offered, hold their own range, and show no licensed wording."""

from decimal import Decimal

import pytest

from treatments.forms.consultation import ConsultationForm
from treatments.formulary import Formulary, Instrument

FORMULARY = Formulary.from_files()
OFFERED = [
    (condition.key, FORMULARY.instruments[key])
    for condition in FORMULARY.conditions.values()
    for key in condition.instruments
]


def form(condition: str, instrument: Instrument, typed: str) -> ConsultationForm:
    data = {"condition": condition, f"score_{instrument.key}": typed}
    made = ConsultationForm(data, rows=(), formulary=FORMULARY, instruments=[instrument], initial={})
    made.is_valid()
    return made


def test_every_condition_offers_instruments_that_exist() -> None:
    assert {key for key, _instrument in OFFERED} == set(FORMULARY.conditions)


@pytest.mark.parametrize(("condition", "instrument"), OFFERED, ids=lambda one: getattr(one, "key", one))
def test_the_ends_of_the_range_are_taken_and_beyond_is_told_in_a_sentence(
    condition: str, instrument: Instrument
) -> None:
    name = f"score_{instrument.key}"
    for end, beyond in ((instrument.lowest, Decimal(-1)), (instrument.highest, Decimal(1))):
        if end is None:
            continue
        assert form(condition, instrument, f"{end:f}").errors == {}
        told = form(condition, instrument, f"{end + beyond:f}").errors[name]
        assert len(told) == 1
        assert told[0].startswith(("From ", "At least ", "At most "))
        assert f"{end.normalize():f}" in told[0]


@pytest.mark.parametrize(
    "key", ["hit6", "midas", "msq21", "odi", "twstrs", "cdq", "bpi_sf", "womac", "ndi", "hdss", "dlqi"]
)
def test_licensed_instruments_are_kept_as_a_total_only(key: str) -> None:
    """Their licences forbid their wording; docs/sources.md says which. No list of items exists to be shown."""
    assert not FORMULARY.instrument(key).items_may_be_shown
