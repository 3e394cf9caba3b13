"""A vial's ledger as a session's page says it: words, never a minus."""

from decimal import Decimal

from treatments.ledger import in_words, why
from treatments.models import Draw


def test_units_of_a_voided_session_are_said_to_be_back_in_the_vial() -> None:
    back = Draw(kind="adjusted", units=Decimal("-112.50"), reason="void: never_given")
    assert in_words(back) == "112.5\u00a0units back in the vial: the session was voided"
    assert why(back) == "Session voided: Never given"


def test_units_given_are_said_with_what_for() -> None:
    given = Draw(kind="given", units=Decimal("155.00"))
    assert in_words(given) == "155\u00a0units · Given"
    assert why(given) == ""


def test_a_reason_in_somebodys_words_stays() -> None:
    assert why(Draw(kind="wasted", units=Decimal(45), reason="Rest of the vial")) == "Rest of the vial"
