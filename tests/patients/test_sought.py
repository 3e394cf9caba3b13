"""What a search text may mean: every reading of it, and no reading that is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.birth import Birth
from patients.sought import Sought, meets, sought_in, year_in

TODAY = date(2027, 1, 11)
DAY = Birth(date(1951, 3, 12), "day")


def sought(text: str) -> Sought:
    return sought_in(text, today=TODAY)


def test_an_address_is_nothing_else() -> None:
    assert sought(" Asha@example.org ") == Sought(text="Asha@example.org", email="Asha@example.org")


@pytest.mark.parametrize("text", ["Asha Rao <asha@example.org>,", "mailto:asha@example.org", "(asha@example.org)"])
def test_an_address_copied_out_of_a_letter_is_read(text: str) -> None:
    assert sought(text).email == "asha@example.org"


@pytest.mark.parametrize(
    ("text", "births", "beside"),
    [
        ("12/03/1951", (DAY,), ()),
        ("asha 12.3.1951", (DAY,), ("asha",)),
        ("asha 12 march 1951 rao", (DAY,), ("asha", "rao")),
        ("March 12, 1951", (DAY,), ()),
        ("0181 12/03/1951", (DAY,), ("0181",)),
        ("૧૨/૦૩/૧૯૫૧", (DAY,), ()),
        ("mar 1951 asha", (Birth(date(1951, 3, 1), "month"),), ("asha",)),
        ("04/07/12", (Birth(date(2012, 7, 4), "day"), Birth(date(1912, 7, 4), "day")), ()),
        ("12/03/51", (DAY,), ()),
    ],
)
def test_a_date_is_found_in_the_text(text: str, births: tuple[Birth, ...], beside: tuple[str, ...]) -> None:
    read = sought(text)
    assert (read.births, read.beside) == (births, beside)


@pytest.mark.parametrize(
    "text",
    [
        *("asha", "asha 1951", "1951", "75 years", "about 75", "31/02/1951", "12/03/2051", "12/03/1851"),
        *("98765 00181", "+91 98765-00181", "00919876500181", "(079) 2630 0181", "12/03", "2nd", ""),
    ],
)
def test_what_is_no_day_or_month_is_no_date(text: str) -> None:
    assert sought(text).births == ()


def test_digits_are_a_phone_or_a_number_in_any_script() -> None:
    assert sought("૦૦૧૮૧").number == "00181"
    assert sought("098765 00181").beginnings == ("+919876500181",)
    assert (sought("12/03/1951").number, sought("12/03/1951").is_only_a_date) == ("12031951", True)


def test_a_year_is_of_this_century_or_the_last() -> None:
    assert [year_in(word) for word in ("1951", "૧૯૫૧", "0951", "19512", "asha")] == [1951, 1951, None, None, None]


@pytest.mark.parametrize(
    ("known", "is_met"),
    [
        (DAY, True),
        (Birth(date(1951, 3, 1), "month"), True),
        (Birth(date(1951, 1, 1), "year"), True),
        (Birth(date(1951, 4, 1), "month"), False),
        (Birth(date(1951, 1, 1), "about"), False),
        (Birth(None, "unknown"), False),
    ],
)
def test_a_day_meets_what_is_known_of_it(known: Birth, is_met: bool) -> None:
    assert meets(DAY, known) is is_met


@given(st.text(max_size=120))
def test_any_text_is_read(text: str) -> None:
    read = sought(text)
    assert len(read.words) <= 6
