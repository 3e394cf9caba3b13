"""The connection kept between letters: used again, and never a reason for doubt when it has gone stale."""

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from clinic.outbox import mail_server
from clinic.outbox.mail_server import Server
from clinic.outbox.mime import Envelope
from clinic.outbox.smtp import hand_over
from clinic.outbox.verdicts import Answer, Handover, Phase
from tests.outbox import sink as sinks
from tests.outbox.sink import DROP, Sink

LETTER = Envelope(sender="visits@kadamb.example", recipient="rekha@patients.example", needs_utf8=False, content=b"x")
ACCEPTED = Handover(Answer.ACCEPTED, Phase.CONTENT)

Talk = Callable[[], Handover]


@pytest.fixture
def sink() -> Iterator[tuple[Sink, Talk]]:
    """A mail server, and one letter handed to it."""
    with sinks.running() as (sink, port):
        server = Server(host="127.0.0.1", port=port, timeout=2)
        yield sink, lambda: hand_over(LETTER, server, before_data=lambda: True)
        mail_server.hang_up()


def on_how_many(sink: Sink) -> int:
    return len(set(sink.connections))


def wait_until(done: Callable[[], bool]) -> None:
    for _ in range(400):
        if done():
            return
        time.sleep(0.02)
    pytest.fail("waited in vain")


def test_letters_in_a_row_go_over_one_connection(sink: tuple[Sink, Talk]) -> None:
    server, talk = sink
    assert [talk() for _ in range(3)] == [ACCEPTED] * 3
    assert (len(server.taken), on_how_many(server)) == (3, 1)


def test_connection_closed_by_the_server_meanwhile_costs_nothing(sink: tuple[Sink, Talk]) -> None:
    server, talk = sink
    talk()
    server.hang_up()
    wait_until(server.connections[0].is_closing)
    assert talk() == ACCEPTED
    assert (len(server.taken), on_how_many(server)) == (2, 2)


def test_connection_that_carried_enough_for_the_server_is_opened_anew(sink: tuple[Sink, Talk]) -> None:
    server, talk = sink
    server.answers("MAIL", "250 OK", "421 too many letters", "250 OK")
    assert [talk(), talk()] == [ACCEPTED] * 2
    assert (len(server.taken), on_how_many(server)) == (2, 2)


def test_new_connection_that_is_told_to_come_later_is_a_delay(sink: tuple[Sink, Talk]) -> None:
    """The control: only a kept connection may be stale."""
    server, talk = sink
    server.answers("MAIL", "421 too many letters", "250 OK")
    assert talk() == Handover(Answer.NOT_NOW, Phase.SENDER, "mail 421", 421)


@pytest.mark.parametrize(
    ("command", "reply", "answer"),
    [
        ("MAIL", "451 later", Answer.NOT_NOW),
        ("RCPT", "421 closing", Answer.NOT_NOW),
        ("RCPT", "550 unknown", Answer.NEVER),
        ("DATA", "451 later", Answer.NOT_NOW),
        ("DATA", DROP, Answer.SILENCE),
    ],
)
def test_fault_on_a_kept_connection_is_what_it_would_be_on_a_new_one_and_ends_it(
    sink: tuple[Sink, Talk], command: str, reply: str, answer: Answer
) -> None:
    server, talk = sink
    server.answers(command, "250 OK", reply, "250 OK")
    assert [talk().answer for _ in range(3)] == [Answer.ACCEPTED, answer, Answer.ACCEPTED]
    assert on_how_many(server) == 2


def test_connection_let_go_before_the_content_is_not_kept(sink: tuple[Sink, Talk]) -> None:
    """Else the next letter would begin inside the one let go."""
    server, talk = sink
    talk()
    port = server.connections[0].get_extra_info("sockname")[1]
    same = Server(host="127.0.0.1", port=port, timeout=2)
    assert hand_over(LETTER, same, before_data=lambda: False).answer == Answer.LET_GO
    assert talk() == ACCEPTED
    assert on_how_many(server) == 2


def test_connection_is_closed_after_its_share_of_letters(
    sink: tuple[Sink, Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, talk = sink
    monkeypatch.setattr(mail_server, "LETTERS_A_CONNECTION", 2)
    for _ in range(5):
        talk()
    assert on_how_many(server) == 3


def test_connection_without_a_letter_for_long_is_closed(
    sink: tuple[Sink, Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, talk = sink
    monkeypatch.setattr(mail_server, "IDLE_SECONDS", 0.1)
    thread = threading.Thread(target=talk)  # with a keeper of its own, whose clock runs from here
    thread.start()
    thread.join()
    wait_until(server.connections[0].is_closing)


def test_connection_is_closed_when_work_is_over(sink: tuple[Sink, Talk]) -> None:
    server, talk = sink
    talk()
    mail_server.hang_up()
    wait_until(server.connections[0].is_closing)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # a process with threads that forks: as Celery's pool does
def test_child_of_a_fork_opens_its_own_and_leaves_the_parents(sink: tuple[Sink, Talk]) -> None:
    server, talk = sink
    talk()
    child = os.fork()
    if child == 0:
        os._exit(0 if talk() == ACCEPTED else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert talk() == ACCEPTED
    first, second, third = server.connections
    assert (first is third, first is second) == (True, False)
