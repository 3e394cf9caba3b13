"""Where returned mails lie: each is read once, whatever lies beside it and wherever the reader stopped."""

import io
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from clinic.outbox import mailboxes
from clinic.outbox.bounces import LONGEST_MAIL, Outcome
from clinic.outbox.mailboxes import MailboxUnreadable, read_mailbox
from clinic.outbox.models import Bounce
from clinic.outbox.tasks import read_bounces
from tests.outbox.returned_mails import mail, sent

NOW = datetime(2027, 5, 10, 5, 0, tzinfo=UTC)
TAKEN, SEEN, NO_REPORT, UNREADABLE = Outcome.TAKEN, Outcome.SEEN, Outcome.NO_REPORT, Outcome.UNREADABLE


class Reader:
    """Takes what it is given and says what the test wants."""

    def __init__(self, *says: Outcome) -> None:
        self.says = list(says)
        self.given: list[bytes] = []

    def __call__(self, raw: bytes) -> Outcome:
        self.given.append(raw)
        return self.says.pop(0) if self.says else TAKEN


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in (folder / "cur").iterdir())


def test_maildir_marks_what_was_taken_flags_what_a_person_must_see_and_leaves_letters(maildir: Path) -> None:
    for name in "abcde":
        (maildir / "new" / f"1.{name}.host").write_bytes(name.encode())
    reader = Reader(TAKEN, NO_REPORT, UNREADABLE, Outcome.NOT_PROVEN, Outcome.BROKEN)
    done = read_mailbox(f"maildir:{maildir}", reader)
    assert done == Counter({TAKEN: 1, NO_REPORT: 1, UNREADABLE: 1, Outcome.NOT_PROVEN: 1, Outcome.BROKEN: 1})
    assert names(maildir) == ["1.a.host:2,S", "1.c.host:2,FS", "1.d.host:2,FS"]
    assert sorted(found.name for found in (maildir / "new").iterdir()) == ["1.b.host", "1.e.host"]
    again = Reader()
    read_mailbox(f"maildir:{maildir}", again)
    assert again.given == [b"b", b"e"]


def test_maildir_reads_what_a_mail_program_moved_but_nobody_saw(maildir: Path) -> None:
    (maildir / "cur" / "1.a.host:2,R").write_bytes(b"a")
    (maildir / "cur" / "1.b.host:2,RS").write_bytes(b"b")
    reader = Reader()
    read_mailbox(f"maildir:{maildir}", reader)
    assert reader.given == [b"a"]
    assert names(maildir) == ["1.a.host:2,RS", "1.b.host:2,RS"]


def test_maildir_follows_no_link_and_opens_no_pipe(maildir: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (maildir / "new" / "1.link").symlink_to(tmp_path / "secret")
    os.mkfifo(maildir / "new" / "2.pipe")
    (maildir / "new" / "3.folder").mkdir()
    reader = Reader()
    assert read_mailbox(f"maildir:{maildir}", reader) == Counter()
    assert reader.given == []


def test_letters_that_nobody_opens_keep_no_report_from_being_read(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More lie there than a round reads, each older than the report: spam to the address, answers from holidays."""
    monkeypatch.setattr(mailboxes, "AT_A_TIME", 3)
    for number in range(5):
        (maildir / "new" / f"1.{number}.host").write_bytes(b"holiday")
    (maildir / "new" / "2.report.host").write_bytes(b"report")

    def take(raw: bytes) -> Outcome:
        return TAKEN if raw == b"report" else NO_REPORT

    rounds = [read_mailbox(f"maildir:{maildir}", take) for _round in range(100)]  # missed in all: once in 2**100
    assert sum(done[TAKEN] for done in rounds) == 1
    assert {done.total() for done in rounds} == {3}
    assert names(maildir) == ["2.report.host:2,S"]


def test_a_round_ends_in_its_time_and_leaves_the_rest(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (maildir / "new" / "1.a.host").write_bytes(b"a")
    box = maildir / "bounces"
    box.write_bytes(b"From x Mon\na\n")
    with monkeypatch.context() as patch:
        patch.setattr(mailboxes, "LONGEST_ROUND", -1)
        assert read_mailbox(f"maildir:{maildir}", Reader()) == Counter()
        assert read_mailbox(f"mbox:{box}", Reader()) == Counter()
    assert read_mailbox(f"maildir:{maildir}", Reader())[TAKEN] == 1
    assert read_mailbox(f"mbox:{box}", Reader())[TAKEN] == 1


@pytest.mark.django_db
def test_a_crash_before_the_mark_lets_it_be_read_again_and_changes_nothing(maildir: Path) -> None:
    sent(NOW)
    found = maildir / "new" / "1.a"
    for _time in range(2):
        found.write_bytes(mail("postfix_unknown_user"))  # as it lay there when the reader died
        call_command("read_bounces", f"maildir:{maildir}", stdout=io.StringIO())
        (maildir / "cur" / "1.a:2,S").unlink()
    assert Bounce.objects.count() == 1


def test_mbox_is_cut_at_its_lines_and_a_huge_mail_is_cut_short(tmp_path: Path) -> None:
    box = tmp_path / "bounces"
    box.write_bytes(
        b"From a@x Mon\nSubject: 1\n\n>From the start: no cut here\n\n"
        b"From b@x Mon\nSubject: 2\n\n" + b"x" * 100 + b"\n" + b"y\n" * LONGEST_MAIL + b"\n"
        b"From c@x Mon\nSubject: 3\n"
    )
    reader = Reader()
    assert read_mailbox(f"mbox:{box}", reader)[TAKEN] == 3
    assert [raw.split(b"\n")[0] for raw in reader.given] == [b"Subject: 1", b"Subject: 2", b"Subject: 3"]
    assert b"no cut here" in reader.given[0]
    assert len(reader.given[1]) <= LONGEST_MAIL + 2


def test_of_an_mbox_the_newest_are_read_each_round_and_each_older_mail_in_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "AT_A_TIME", 4)
    box = tmp_path / "bounces"
    box.write_bytes(b"".join(b"From x Mon\n%d\n\n" % number for number in range(7)))
    older: set[int] = set()
    for _round in range(100):  # one of five missed in all: once in 10**21
        reader = Reader()
        assert read_mailbox(f"mbox:{box}", reader).total() == 4
        first, second, *drawn = map(int, reader.given)
        assert (first, second) == (5, 6)
        older.update(drawn)
    assert older == {0, 1, 2, 3, 4}


@pytest.mark.django_db
def test_an_mbox_read_twice_is_taken_once(tmp_path: Path) -> None:
    sent(NOW)
    box = tmp_path / "bounces"
    box.write_bytes(b"".join(b"From x Mon\n" + mail(name) + b"\n\n" for name in ("qmail_plain", "gmail_full")))
    said = []
    for _time in range(2):
        out = io.StringIO()
        call_command("read_bounces", f"mbox:{box}", stdout=out)
        said.append(out.getvalue().split("\n")[:2])
    assert [[line.split()[-1] for line in lines] for lines in said] == [["2", "0"], ["0", "2"]]
    assert Bounce.objects.count() == 2


@pytest.mark.parametrize("where", ["", "maildir:", "imap://x", "maildir:/no/such", "mbox:/no/such", "mbox:/"])
def test_no_mailbox_is_said_by_name(where: str) -> None:
    with pytest.raises(MailboxUnreadable):
        read_mailbox(where, Reader())


@pytest.mark.django_db
def test_one_mail_comes_by_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    sent(NOW)
    stdin = io.TextIOWrapper(io.BytesIO(mail("exim_failed")))
    monkeypatch.setattr(sys, "stdin", stdin)
    call_command("read_bounces", "-")
    assert capsys.readouterr().out.startswith("taken                   1")


def test_command_without_a_mailbox_says_what_it_needs() -> None:
    with pytest.raises(CommandError, match="INTERVAL_BOUNCE_MAILBOX"):
        call_command("read_bounces", mailbox="")
    with pytest.raises(CommandError, match="no/such"):
        call_command("read_bounces", "maildir:/no/such/folder")


@pytest.mark.django_db
def test_task_reads_the_mailbox_of_the_settings_and_says_when_it_is_gone(
    maildir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sent(NOW)
    (maildir / "new" / "1.a").write_bytes(mail("postfix_unknown_user"))
    with override_settings(BOUNCE_MAILBOX=f"maildir:{maildir}"):
        read_bounces()
    assert Bounce.objects.count() == 1
    with override_settings(BOUNCE_MAILBOX="maildir:/no/such/folder"), caplog.at_level("ERROR", logger="clinic"):
        read_bounces()
