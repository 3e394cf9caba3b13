"""What is kept of a letter opens nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.outbox.redaction import redacted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("open https://kadamb.example/v/3HX8TN5C now", "open https://kadamb.example/… now"),
        ("https://kadamb.example/v/3HX8TN5C/calendar.ics\n", "https://kadamb.example/…\n"),
        ("(https://kadamb.example/b?t=a&u=b)", "(https://kadamb.example/…)"),
        ('<a href="https://kadamb.example/b?t=a&amp;u=b">', '<a href="https://kadamb.example/…">'),
        ("HTTP://Kadamb.example:8000/X", "http://kadamb.example/…"),
        ("https://user:secret@kadamb.example/", "https://kadamb.example/…"),
        ("ખોલોhttps://kadamb.example/v/3HX8TN5C", "ખોલોhttps://kadamb.example/…"),
        ("http://[::1", "…"),
        ("call +91 98765 00001", "call +91 98765 00001"),
    ],
)
def test_redacted_cuts_each_address_after_its_host(text: str, kept: str) -> None:
    assert redacted(text) == kept


def test_redacted_takes_secrets_out_also_as_html_writes_them() -> None:
    assert redacted("code a&b, in HTML a&amp;b", ["a&b", ""]) == "code …, in HTML …"


def test_redacted_takes_the_longer_of_two_secrets_first() -> None:
    assert redacted("1234567", ["123", "1234567"]) == "…"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\"'<>)] "), min_size=0), st.uuids())
def test_redacted_never_leaves_a_token(before: str, token: object) -> None:
    assert str(token) not in redacted(f"{before} https://kadamb.example/v/{token}/x {before}")
