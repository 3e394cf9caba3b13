"""The conversation itself: which end of it is a delay, a refusal or a doubt."""

import time

import pytest

from clinic.outbox.mail_server import Server
from clinic.outbox.mime import Envelope
from clinic.outbox.smtp import hand_over
from clinic.outbox.verdicts import Answer, Handover, Phase
from tests.outbox import sink as sinks
from tests.outbox.sink import DROP, HANG, Sink
from tests.ports import free_port

LETTER = Envelope(
    sender="visits@kadamb.example",
    recipient="rekha@patients.example",
    needs_utf8=False,
    content=b"Subject: x\r\n\r\n.\r\n..\r\nend",
)


def talk(port: int, *, letter: Envelope = LETTER, goes: bool = True, longest: float = 20, user: str = "") -> Handover:
    server = Server(host="127.0.0.1", port=port, timeout=2, longest=longest, user=user, password=user)
    return hand_over(letter, server, before_data=lambda: goes)


def test_conversation_accepted_gives_the_content_byte_for_byte() -> None:
    with sinks.running() as (sink, port):
        assert talk(port) == Handover(Answer.ACCEPTED, Phase.CONTENT)
    assert sink.taken[0].get_payload() == ".\r\n..\r\nend\r\n"
    assert sink.recipients == ["rekha@patients.example"]


def test_conversation_lets_go_before_data_where_the_claim_is_lost() -> None:
    with sinks.running() as (sink, port):
        assert talk(port, goes=False) == Handover(Answer.LET_GO, Phase.RECIPIENT)
    assert sink.taken == []


@pytest.mark.parametrize(
    ("command", "reply", "answer", "phase"),
    [
        ("MAIL", "421 busy", Answer.NOT_NOW, Phase.SENDER),
        ("MAIL", "553 no", Answer.NEVER, Phase.SENDER),
        ("RCPT", "432 later", Answer.NOT_NOW, Phase.RECIPIENT),
        ("RCPT", "550 unknown", Answer.NEVER, Phase.RECIPIENT),
        ("DATA", "450 later", Answer.NOT_NOW, Phase.CONTENT),
        ("DATA", "550 no", Answer.NEVER, Phase.CONTENT),
        ("DATA", DROP, Answer.SILENCE, Phase.CONTENT),
        ("DATA", HANG, Answer.SILENCE, Phase.CONTENT),
    ],
)
def test_conversation_ends(command: str, reply: str, answer: Answer, phase: Phase) -> None:
    with sinks.running() as (sink, port):
        sink.answers(command, reply)
        ended = talk(port)
    assert (ended.answer, ended.phase) == (answer, phase)


def test_conversation_with_nobody_is_a_delay() -> None:
    assert talk(free_port()) == Handover(Answer.NOT_NOW, Phase.CONNECT, "ConnectionRefusedError")


def test_conversation_with_a_tarpit_ends_with_the_time_out() -> None:
    started = time.monotonic()
    with sinks.tarpit() as port:
        ended = talk(port)
    assert (ended.answer, ended.phase) == (Answer.NOT_NOW, Phase.CONNECT)
    assert time.monotonic() - started < 8


def test_conversation_with_a_server_that_drips_is_cut() -> None:
    started = time.monotonic()
    with sinks.tarpit(drip=b"220-wait\r\n") as port:
        ended = talk(port, longest=1)
    assert (ended.answer, ended.phase) == (Answer.NOT_NOW, Phase.CONNECT)
    assert time.monotonic() - started < 8


def test_conversation_without_the_login_we_need_is_a_delay_not_the_letters_fault() -> None:
    with sinks.running() as (sink, port):
        assert talk(port, user="clinic") == Handover(Answer.NOT_NOW, Phase.LOGIN, "SMTPNotSupportedError")
    assert sink.taken == []


@pytest.mark.parametrize(("encryption", "phase"), [("starttls", Phase.TLS), ("implicit_tls", Phase.CONNECT)])
def test_conversation_that_cannot_be_encrypted_as_asked_is_a_delay_and_says_nothing(
    encryption: str, phase: Phase
) -> None:
    with sinks.running() as (sink, port):
        server = Server(
            host="127.0.0.1", port=port, timeout=2, user="clinic", password="secret",
            starttls=encryption == "starttls", implicit_tls=encryption == "implicit_tls",
        )  # fmt: skip
        ended = hand_over(LETTER, server, before_data=lambda: True)
    assert (ended.answer, ended.phase) == (Answer.NOT_NOW, phase)
    assert (sink.taken, sink.recipients) == ([], [])


def test_conversation_carries_an_address_in_another_script() -> None:
    letter = Envelope(
        sender="visits@kadamb.example", recipient="રેખા@patients.example", needs_utf8=True, content=LETTER.content
    )
    with sinks.running() as (sink, port):
        assert talk(port, letter=letter).answer == Answer.ACCEPTED
    assert sink.recipients == ["રેખા@patients.example"]


def test_sink_takes_a_letter_and_stays_silent_though_the_client_sees_the_same_fault_as_from_a_tarpit() -> None:
    """The control: without the phase the two could not be told apart."""
    with sinks.running() as (sink, port), sinks.tarpit() as silent:
        sink.answers("DATA", HANG)
        assert talk(port).fault == talk(silent).fault == "SMTPServerDisconnected"
    assert isinstance(sink, Sink)
    assert len(sink.taken) == 1
