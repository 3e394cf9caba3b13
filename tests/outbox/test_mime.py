"""Addresses a mail server takes, and headers nobody can add to."""

import email
import email.policy
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.outbox.mime import BadAddress, BadLink, Envelope, Words, compose, envelope_address, message_id, one_line

SENDER = "Kadamb Clinic <visits@kadamb.example>"


def letter(
    *,
    subject: str = "Your visit",
    name: str = "Rekha",
    address: str = "rekha@patients.example",
    unsubscribe: str | None = None,
) -> Envelope:
    return compose(
        Words(subject=subject, text="Hello", html="<p>Hello</p>"),
        sender=SENDER, address=address, name=name, message_id="<1@kadamb.example>",
        date=datetime(2027, 3, 1, 4, 30, tzinfo=UTC), unsubscribe=unsubscribe,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("rekha@patients.example", "rekha@patients.example"),
        (" Rekha.P+x@Patients.Example ", "Rekha.P+x@patients.example"),
        ("rekha@bücher.example", "rekha@xn--bcher-kva.example"),
        ('"rekha parmar"@patients.example', '"rekha parmar"@patients.example'),
        ("રેખા@patients.example", "રેખા@patients.example"),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}"),  # 254
    ],
)
def test_address_is_taken(address: str, taken: str) -> None:
    assert envelope_address(address) == taken


@pytest.mark.parametrize(
    "address",
    [
        "", "rekha", "@patients.example", "rekha@", "rekha parmar@patients.example", "rekha@pati ents.example",
        "rekha@patients.example\r\nBcc: x@y.example", "a@b@patients.example", "<rekha@patients.example>",
        "re..kha@patients.example",
        ".rekha@patients.example", "rekha@patients..example", "rekha@patients.example>", f"{'a' * 65}@patients.example",
        f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 62}", "rekha@patients.example, x@y.example",
        '"root"x"@patients.example', '"rekha\\"@patients.example', '"@patients.example',  # RCPT TO:<root>, by smtplib
    ],
)  # fmt: skip
def test_address_is_refused_and_its_refusal_says_nothing(address: str) -> None:
    with pytest.raises(BadAddress) as refused:
        envelope_address(address)
    assert str(refused.value) == ""


def test_message_id_is_the_letters_own() -> None:
    public_id = UUID("7d0b9f6e-3c5a-4a59-9f0e-0123456789ab")
    assert message_id(public_id, SENDER) == "<7d0b9f6e-3c5a-4a59-9f0e-0123456789ab@kadamb.example>"


def test_one_line_keeps_joiners_of_indic_scripts() -> None:
    assert one_line("क्\u200dष\r\n\t x\u0000\u2028y") == "क्\u200dष x y"


def test_compose_needs_utf8_only_for_a_name_before_the_at_that_is_not_ascii() -> None:
    assert (letter().needs_utf8, letter(address="રેખા@patients.example").needs_utf8) == (False, True)


@pytest.mark.parametrize(
    "link",
    ["https://k.example/a b", "https://k.example/\r\nBcc: x@y.example", "https://k.example/>", "https://k.example/é"],
)
def test_compose_refuses_an_unsubscribe_link_a_header_cannot_carry(link: str) -> None:
    with pytest.raises(BadLink):
        letter(unsubscribe=link)


@given(st.text(max_size=200), st.text(max_size=80))
def test_compose_lets_nobody_add_a_header(subject: str, name: str) -> None:
    content = letter(subject=f"{subject}\r\nBcc: x@y.example", name=f"{name}\nX-Evil: 1").content
    assert email.message_from_bytes(content, policy=email.policy.SMTP).keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert content.isascii()
    assert max(len(line) for line in content.splitlines()) <= 998
