"""What was drawn is a signature or is refused, and who is under age does not sign alone."""

import json

import pytest

from patients.birth import Age
from patients.signatures import LONGEST, NotASignature, Signature, is_minor, read_strokes

LINE = [[10, 10], [200, 90]]


def test_strokes_are_read_as_whole_numbers_on_the_pad() -> None:
    assert read_strokes(json.dumps([LINE, [[-5, 900]]])) == (((10, 10), (200, 90)), ((0, 200),))


@pytest.mark.parametrize("sent", ["", "[]"])
def test_nothing_drawn_is_nothing(sent: str) -> None:
    assert read_strokes(sent) == ()


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "7",
        '{"a": 1}',
        "[[[1, 2, 3]]]",
        "[[[true, 2], [90, 90]]]",
        '[[["<svg>", 2]]]',
        "[[[1.5, 2], [90, 90]]]",
        "[[[10, 10], [12, 11]]]",  # a slip of the finger
        "[[]]",
        json.dumps([LINE] * 201),
        json.dumps([[[n % 600, 5] for n in range(5_001)]]),
        "[" * 100_000,
        " " * (LONGEST + 1),
    ],
)
def test_what_is_no_signature_is_refused(sent: str) -> None:
    with pytest.raises(NotASignature):
        read_strokes(sent)


def test_a_witness_outranks_what_was_drawn() -> None:
    strokes = (((0, 0), (60, 60)),)
    assert [
        Signature(name="A").how,
        Signature(name="A", strokes=strokes).how,
        Signature(name="A", strokes=strokes, witness="B").how,
    ] == ["typed", "drawn", "witnessed"]


@pytest.mark.parametrize(
    ("age", "minor"),
    [
        (None, False),
        (Age(17, 17, "years"), True),
        (Age(17, 18, "years"), False),  # only the year is known: may be of age
        (Age(18, 18, "years"), False),
        (Age(8, 8, "months"), True),
    ],
)
def test_a_minor_is_who_is_surely_under_eighteen(age: Age | None, *, minor: bool) -> None:
    assert is_minor(age) is minor
