"""What returned mails say, server by server: which letter, whether it is final, and nothing for any other mail."""

import base64
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.outbox.returned import LINES_READ, NESTED, Kind, TooNested, read
from tests.outbox.returned_mails import ADDRESS, LETTER, UTF8_ADDRESS, mail

HARD, SOFT, DELAYED, COMPLAINT = Kind.HARD, Kind.SOFT, Kind.DELAYED, Kind.COMPLAINT
FOLDER = Path(__file__).parents[1] / "files" / "returned"


@pytest.mark.parametrize(
    ("name", "kind", "status", "address"),
    [
        ("postfix_unknown_user", HARD, "5.1.1", ADDRESS),
        ("postfix_delayed", DELAYED, "4.4.1", ADDRESS),
        ("exim_failed", HARD, "5.0.0", ADDRESS),
        ("exim_plain", HARD, "5.0.0", ADDRESS),
        ("exchange_unknown", HARD, "5.1.10", ADDRESS),
        ("qmail_plain", HARD, "5.1.1", ADDRESS),
        ("gmail_full", SOFT, "5.2.2", ADDRESS),
        ("complaint_arf", COMPLAINT, "", ADDRESS),
        ("utf8_global", HARD, "5.1.1", UTF8_ADDRESS),
        ("utf8_in_ascii", HARD, "5.1.1", UTF8_ADDRESS),
    ],
)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_each_servers_report_names_the_letter_and_how_final_it_is(
    name: str, kind: Kind, status: str, address: str, ends: bytes
) -> None:
    found = read(mail(name).replace(b"\n", ends))
    assert found is not None
    assert (found.letter, found.kind, found.status) == (LETTER, kind, status)
    assert address in found.addresses


def test_every_file_here_is_read_by_some_test() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == {
        "postfix_unknown_user", "postfix_delayed", "exim_failed", "exim_plain", "exchange_unknown", "qmail_plain",
        "gmail_full", "complaint_arf", "utf8_global", "utf8_in_ascii", "holiday_reply",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", HARD), ("5.1.2", HARD), ("5.1.10", HARD), ("5.0.0", HARD), ("5.2.1", HARD), ("5.4.1", HARD),
        ("5.4.4", HARD), ("5.4.310", HARD), ("5.5.0", HARD),
        ("5.1.8", SOFT), ("5.2.2", SOFT), ("5.2.3", SOFT), ("5.3.4", SOFT), ("5.5.2", SOFT), ("5.6.1", SOFT),
        ("5.7.1", SOFT), ("5.7.26", SOFT), ("4.4.7", SOFT), ("4.2.2", SOFT), ("", SOFT), ("x", SOFT), ("5.1", SOFT),
    ],
)  # fmt: skip
def test_only_a_refusal_of_the_address_for_good_is_hard(status: str, kind: Kind) -> None:
    found = read(mail("postfix_unknown_user").replace(b"Status: 5.1.1", f"Status: {status}".encode()))
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("action", [b"delivered", b"relayed", b"expanded", b"", b"nonsense"])
def test_a_report_of_success_is_no_bounce(action: bytes) -> None:
    assert read(mail("postfix_unknown_user").replace(b"Action: failed", b"Action: " + action)) is None


def test_a_report_that_a_mail_is_wanted_is_no_complaint() -> None:
    assert read(mail("complaint_arf").replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")) is None


def test_a_reply_that_quotes_our_letter_is_no_bounce() -> None:
    assert read(mail("holiday_reply")) is None
    assert read(b"From: a@patients.example\n\nThank you, see you on Monday.\n") is None


def test_a_report_about_somebody_elses_mail_names_no_letter() -> None:
    other = mail("postfix_unknown_user").replace(str(LETTER).encode(), b"20270510.17@elsewhere")
    assert read(other) is None


def test_a_body_in_base64_is_read() -> None:
    raw = mail("utf8_global").decode()
    start = raw.index("Reporting-MTA")
    end = raw.index("\n\n--UTF8/mx\nContent-Type: message/global\n")
    coded = base64.encodebytes(raw[start:end].encode()).decode()
    head = raw[:start].replace(
        "global-delivery-status\nContent-Transfer-Encoding: 8bit",
        "global-delivery-status\nContent-Transfer-Encoding: base64",
    )
    found = read((head + coded + raw[end:]).encode())
    assert found is not None
    assert (found.kind, UTF8_ADDRESS in found.addresses) == (HARD, True)


def nested(head: str, levels: int) -> bytes:
    return b"From: a@example.org\n" + "".join(head.format(level) for level in range(levels)).encode() + b"x\n"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n",
        'Content-Type: multipart/mixed;\n BOUNDARY*0="b{0}"\n\n--b{0}\n',
        "Content-Type: multipart/digest; boundary*=us-ascii''b{0}\n\n--b{0}\n\n",
        "content-type:\n message/rfc822\n\n",
        "Content-Type: message/rfc822\r\r",
    ],
)
def test_a_mail_nested_to_keep_the_reader_busy_is_not_parsed(head: str) -> None:
    """A hundred parts in one another, a million lines within: one worker read such a mail for two minutes."""
    assert read(nested(head, NESTED)) is None
    with pytest.raises(TooNested):
        read(nested(head, NESTED + 2))


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_of_a_mail_of_a_million_lines_the_first_are_read(ends: bytes) -> None:
    head, body = mail("postfix_unknown_user").split(b"\n\n", 1)
    lines = head.count(b"\n") + body.count(b"\n") + 3

    def after(blank: int) -> bytes:
        return (head + b"\n" * (blank + 2) + body).replace(b"\n", ends)

    assert read(after(LINES_READ - lines)) is not None
    assert read(after(LINES_READ)) is None


@given(st.binary(max_size=400), st.integers(0, 5000))
def test_bytes_of_any_kind_name_no_letter_or_raise_what_the_reader_catches(noise: bytes, at: int) -> None:
    raw = mail("gmail_full")
    try:
        found = read(raw[:at] + noise + raw[at:])
    except Exception:  # noqa: BLE001 - `bounces.take` stands before it and lists such a mail
        return
    assert found is None or isinstance(found.letter, UUID)
