"""Which vials to open and what to draw: worked by hand, and what holds for any stock."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from treatments.syringe import Sealed, syringe_for, vials_to_open

DAY = date(2027, 3, 1)


def sealed(ref: str, units: str, expires_on: date = date(2028, 1, 31), **changes: bool) -> Sealed:
    return Sealed(ref=ref, units=Decimal(units), expires_on=expires_on, **changes)


def refs(dose: str, *stock: Sealed) -> list[str]:
    return [vial.ref for vial in vials_to_open(Decimal(dose), stock, DAY).vials]


def test_first_to_expire_is_opened_first() -> None:
    stock = (sealed("late", "200", date(2028, 5, 31)), sealed("soon", "200", date(2027, 4, 30)))
    assert refs("155", *stock) == ["soon"]


def test_as_many_as_hold_the_dose() -> None:
    assert refs("155", sealed("A", "100"), sealed("B", "100"), sealed("C", "100")) == ["A", "B"]


def test_dose_that_fills_the_vial_needs_no_second() -> None:
    assert refs("100", sealed("A", "100"), sealed("B", "100")) == ["A"]


def test_vial_the_others_make_needless_stays_closed() -> None:
    stock = (sealed("small", "50", date(2027, 4, 30)), sealed("large", "200", date(2027, 6, 30)))
    assert refs("155", *stock) == ["large"]  # the large one is needed anyhow and holds the whole dose


def test_expired_and_quarantined_are_passed_over() -> None:
    stock = (
        sealed("expired yesterday", "200", date(2027, 2, 28)),
        sealed("quarantined", "200", date(2027, 3, 31), is_in_use=False),
        sealed("last day today", "200", DAY),
    )
    assert refs("155", *stock) == ["last day today"]


def test_too_little_in_stock_says_how_much_is_missing() -> None:
    plan = vials_to_open(Decimal(155), [sealed("A", "100")], DAY)
    assert (plan.held, plan.missing, plan.left) == (Decimal(100), Decimal(55), Decimal(0))


def test_preempt_from_one_vial_of_200_in_4_ml() -> None:
    """155 of 200 units in 4 mL: 50 units a mL, so 3.1 mL are drawn and 0.9 mL with 45 units stay (EX32)."""
    plan = vials_to_open(Decimal(155), [sealed("A", "200")], DAY)
    made = syringe_for(plan, vial_units=Decimal(200), vial_ml=Decimal(4))
    assert (made.per_ml, made.diluent_ml, made.draw_ml, made.left_ml) == tuple(map(Decimal, ("50", "4", "3.1", "0.9")))
    assert plan.left == Decimal(45)


def test_preempt_from_two_vials_of_100_in_2_ml_each() -> None:
    plan = vials_to_open(Decimal(155), [sealed("A", "100"), sealed("B", "100")], DAY)
    made = syringe_for(plan, vial_units=Decimal(100), vial_ml=Decimal(2))
    assert (made.diluent_ml, made.draw_ml, made.left_ml) == tuple(map(Decimal, ("4", "3.1", "0.9")))


def test_half_units_stay_exact() -> None:
    """7.5 units of 100 in 2.5 mL: 40 units a mL, 0.1875 mL."""
    plan = vials_to_open(Decimal("7.5"), [sealed("A", "100")], DAY)
    made = syringe_for(plan, vial_units=Decimal(100), vial_ml=Decimal("2.5"))
    assert (made.draw_ml, plan.left) == (Decimal("0.1875"), Decimal("92.5"))


STOCK = st.lists(
    st.tuples(st.sampled_from(["50", "100", "200", "500"]), st.integers(-30, 900), st.booleans()), max_size=6
)


@given(st.integers(1, 60000), STOCK)
def test_what_is_opened_holds_the_dose_or_all_there_is_and_none_is_needless(
    hundredths: int, stock: list[tuple[str, int, bool]]
) -> None:
    dose = Decimal(hundredths) / 100
    vials = [
        sealed(str(number), units, DAY + timedelta(days=days), is_in_use=is_in_use)
        for number, (units, days, is_in_use) in enumerate(stock)
    ]
    plan = vials_to_open(dose, vials, DAY)
    usable = [vial for vial in vials if vial.is_in_use and vial.expires_on >= DAY]
    assert all(vial in usable for vial in plan.vials)
    assert plan.held - plan.left + plan.missing == dose
    if plan.missing:
        assert sorted(vial.ref for vial in plan.vials) == sorted(vial.ref for vial in usable)
    else:
        assert all(plan.held - vial.units < dose for vial in plan.vials)
