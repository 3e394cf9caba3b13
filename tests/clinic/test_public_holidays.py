"""Public holidays come from a maintained list, by country and state."""

from datetime import date

from clinic.locations import public_holidays

YEAR = {"first": date(2027, 1, 1), "last": date(2027, 12, 31)}


def test_india_keeps_republic_day_everywhere_and_uttarayan_in_gujarat() -> None:
    gujarat, kerala = (public_holidays.between("IN", state, **YEAR) for state in ("GJ", "KL"))
    assert gujarat[date(2027, 1, 26)] == kerala[date(2027, 1, 26)] == "Republic Day"
    assert "Uttarayan" in gujarat.values()
    assert "Uttarayan" not in kerala.values()


def test_days_come_in_order_and_only_those_asked_for() -> None:
    days = list(public_holidays.between("IN", "GJ", first=date(2027, 10, 2), last=date(2027, 12, 25)))
    assert days == sorted(days)
    assert (days[0], days[-1]) == (date(2027, 10, 2), date(2027, 12, 25))  # Gandhi's birthday, Christmas


def test_names_are_english_where_the_list_has_them() -> None:
    assert public_holidays.between("DE", "BY", **YEAR)[date(2027, 10, 3)] == "German Unity Day"


def test_states_have_names_and_an_unknown_country_nothing() -> None:
    assert ("GJ", "Gujarat") in public_holidays.states("IN")
    assert ("SCT", "Scotland") in public_holidays.states("GB")
    assert public_holidays.states("XX") == []
    assert public_holidays.between("XX", "", **YEAR) == {}
    assert "IN" in public_holidays.countries()


def test_a_state_of_another_country_is_left_out() -> None:
    assert public_holidays.between("GB", "GJ", **YEAR) == public_holidays.between("GB", "", **YEAR)
