"""The catalogue as values: what is read, what is refused, and that a clinic's own versions are read alike."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from tests.treatments.made import ABO, FORMULARY, ONA, STUNNOX
from treatments.formulary import CatalogueUnreadable, Formulary, UnknownEntry, shipped_document
from treatments.formulary.reading import Row, as_number
from treatments.site_dosing import PREEMPT


def changed(name: str) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(dict(shipped_document(name)))
    return document


def test_every_entry_of_the_documents_is_read() -> None:
    assert (len(FORMULARY.products), len(FORMULARY.conditions), len(FORMULARY.muscles)) == (10, 16, 90)
    assert (len(FORMULARY.questions), len(FORMULARY.chart_points), len(FORMULARY.red_flags)) == (31, 39, 8)
    assert len(FORMULARY.instruments) == len(shipped_document("instruments")["instruments"])


def test_the_shipped_catalogue_is_read_once() -> None:
    assert Formulary.from_files() is Formulary.from_files()


def test_numbers_are_exact_whatever_the_document_held() -> None:
    assert as_number(0.6, "x", "y") == Decimal("0.6")
    assert as_number("0.5", "x", "y") == Decimal("0.5")
    assert FORMULARY.rules.effect.clamp_high_of_default == Decimal("1.5")


@pytest.mark.parametrize("value", [None, True, "many", "NaN", [], {}])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(CatalogueUnreadable):
        as_number(value, "products", "max_units")


def test_a_value_keeps_its_source() -> None:
    hours = FORMULARY.product(ONA).made_up_hours
    assert hours.value == 24
    assert hours.source.text == "Botox US prescribing information section 2; PDR drug summary"
    assert not hours.source.is_unverified
    assert FORMULARY.product(STUNNOX).made_up_hours.source.is_unverified


def test_preempt_is_31_sites_and_155_units() -> None:
    protocol = FORMULARY.protocol(PREEMPT)
    assert (protocol.total_sites, protocol.total_units, protocol.product) == (31, Decimal(155), ONA)


def test_only_a_limit_with_a_window_is_cumulative() -> None:
    cumulative = {key: product.cumulative for key, product in FORMULARY.products.items() if product.cumulative}
    assert list(cumulative) == [ONA]
    assert cumulative[ONA] is not None
    assert FORMULARY.product(ABO).billing_unit is not None
    assert FORMULARY.product(STUNNOX).billing_unit is None


def test_unknown_entries_are_refused_by_name() -> None:
    with pytest.raises(UnknownEntry, match="no product 'botox'"):
        FORMULARY.product("botox")
    assert FORMULARY.family_of("botox") == ""
    assert FORMULARY.family_of(None) == ""


def test_a_clinics_version_is_read_and_the_rest_is_as_shipped() -> None:
    rules = changed("rules")
    rules["rules"][0]["min_days"]["value"] = 90
    own = Formulary.from_data({"rules": rules})
    assert own.rules.interval.min_days.value == 90
    assert FORMULARY.rules.interval.min_days.value == 84
    assert own.product(ONA) == FORMULARY.product(ONA)


def test_a_document_that_lacks_a_value_says_where() -> None:
    products = changed("products")
    del products["products"][1]["unit_family"]
    with pytest.raises(
        CatalogueUnreadable, match="products, products abobotulinumtoxinA: unit_family: a text is missing"
    ):
        Formulary.from_data({"products": products})


def test_a_row_complains_about_the_wrong_kind() -> None:
    row = Row({"pair": [1], "words": [1], "rows": ["x"], "half": 0.5}, "here")
    for ask in (
        lambda: row.pair("pair"),
        lambda: row.words("words"),
        lambda: list(row.rows("rows")),
        lambda: row.whole("half"),
        lambda: row.row("none"),
        lambda: row.text("none"),
    ):
        with pytest.raises(CatalogueUnreadable):
            ask()


def test_every_condition_names_instruments_and_products_that_exist() -> None:
    for condition in FORMULARY.conditions.values():
        assert set(condition.instruments) <= set(FORMULARY.instruments)
        assert condition.primary_instrument in ("", *condition.instruments)
        assert set(condition.product_status) <= set(FORMULARY.products)
    for protocol in FORMULARY.protocols.values():
        assert {row.muscle for row in protocol.muscles} <= set(FORMULARY.muscles)
    assert {point.muscle for point in FORMULARY.chart_points} <= set(FORMULARY.muscles)
    neck = FORMULARY.rules.neck
    assert {*neck.override_muscles, *neck.warn_muscles} <= set(FORMULARY.muscles)
