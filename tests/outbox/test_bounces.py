"""A returned mail is taken in once, only where it is proven, and hostile ones change nothing."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.test import override_settings

from clinic.outbox import registry
from clinic.outbox.bounces import LONGEST_MAIL, Outcome, take
from clinic.outbox.marks import is_mark_of, mark_of
from clinic.outbox.models import Bounce, Letter
from clinic.outbox.registry import Bounced
from clinic.outbox.returned import Kind
from tests.outbox.kinds import Reminder
from tests.outbox.returned_mails import ADDRESS, LETTER, UTF8_ADDRESS, mail, sent

NOW = datetime(2027, 5, 10, 5, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class Hook:
    """Keeps what it is told, or fails."""

    def __init__(self, told: list[Bounced], *, fails: bool = False) -> None:
        self.told, self.fails = told, fails

    def __call__(self, bounce: Bounced, *, now: datetime) -> None:
        if self.fails:
            msg = f"cannot, for {ADDRESS}"
            raise ValueError(msg)
        self.told.append(bounce)


@pytest.fixture
def heard(kind: Reminder) -> Iterator[list[Bounced]]:
    """What the apps above are told."""
    told: list[Bounced] = []
    kept = registry.bounced_hooks[:]
    registry.bounced_hooks[:] = [Hook(told)]
    yield told
    registry.bounced_hooks[:] = kept


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("postfix_unknown_user", Kind.HARD), ("exim_failed", Kind.HARD), ("exim_plain", Kind.HARD),
        ("exchange_unknown", Kind.HARD), ("qmail_plain", Kind.HARD), ("gmail_full", Kind.SOFT),
        ("postfix_delayed", Kind.DELAYED), ("complaint_arf", Kind.COMPLAINT),
    ],
)  # fmt: skip
def test_btx_028_a_bounce_is_taken_in_once(name: str, kind: Kind, heard: list[Bounced]) -> None:
    letter = sent(NOW)
    assert [take(mail(name), now=NOW) for _time in range(3)] == [Outcome.TAKEN, Outcome.SEEN, Outcome.SEEN]
    (bounce,) = heard
    assert (bounce.kind, bounce.promise.public_id, bounce.letters_lost) == (kind, letter.public_id, 1)
    assert bounce.went_to(ADDRESS.upper())
    assert not bounce.went_to("other@patients.example")
    letter.refresh_from_db()
    assert letter.state == "sent"  # it did go out; what became of it stands beside


@pytest.mark.parametrize("name", ["utf8_global", "utf8_in_ascii"])
def test_an_address_in_gujarati_is_recognised(name: str, heard: list[Bounced]) -> None:
    sent(NOW, to=UTF8_ADDRESS)
    assert take(mail(name), now=NOW) == Outcome.TAKEN
    assert len(heard) == 1


def test_the_same_mail_by_another_way_is_the_same(heard: list[Bounced]) -> None:
    sent(NOW)
    assert take(mail("postfix_unknown_user"), now=NOW) == Outcome.TAKEN
    assert take(b"Received: by another.example\n" + mail("postfix_unknown_user"), now=NOW) == Outcome.SEEN
    assert len(heard) == 1


def test_f25_a_forged_bounce_is_noted_and_not_believed(heard: list[Bounced]) -> None:
    """Who knows the letter's id must also know where it went; the control is the same mail with the right address."""
    sent(NOW, to="somebody.else@patients.example")
    assert take(mail("postfix_unknown_user"), now=NOW) == Outcome.NOT_PROVEN
    assert heard == []
    assert Bounce.objects.get().is_proven is False
    right = mail("postfix_unknown_user").replace(ADDRESS.encode(), b"somebody.else@patients.example")
    right = right.replace(b"4F1B2C3D@mx", b"another@mx")
    assert take(right, now=NOW) == Outcome.TAKEN
    assert len(heard) == 1


@pytest.mark.parametrize("why", ["unknown letter", "other domain", "never handed over"])
def test_a_bounce_of_no_letter_of_ours_is_not_believed(why: str, heard: list[Bounced]) -> None:
    cases: dict[str, dict[str, Any]] = {
        "unknown letter": {"public_id": uuid4()},
        "other domain": {"message_id": f"<{LETTER}@elsewhere.example>"},
        "never handed over": {"state": "queued", "handing_over_at": None, "sent_at": None, "ended_at": None},
    }
    sent(NOW, **cases[why])
    assert take(mail("postfix_unknown_user"), now=NOW) == Outcome.NOT_OURS
    assert (heard, Bounce.objects.count()) == ([], 0)


def nested(depth: int) -> bytes:
    """A mail in a mail in a mail."""
    heads = [f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n' for level in range(depth)]
    return b"From: mailer-daemon@x.example\n" + "".join(heads).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\0" * 1000, b"\xff\xfe" * 500, b"From: a\n" * 5000, nested(3000),
        b"Content-Type: multipart/report; boundary=\n\n--\n", b"Content-Type: message/delivery-status\n\n\0\n\n",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n!!\n--x--\n",
        b"Subject: =?utf-16?b?////?=\nFrom: =?x?q?" + b"=" * 9000 + b"\n\n",
        mail("gmail_full").replace(b'charset="UTF-8"', b'charset="no-such"'),
        mail("utf8_in_ascii").replace(b"\\x{AAE}", b"\\x{FFFFFF}\\x{D800}"),
    ],
)  # fmt: skip
def test_a_hostile_mail_changes_nothing_and_stops_nobody(raw: bytes, heard: list[Bounced]) -> None:
    sent(NOW, to="somebody.else@patients.example")
    assert take(raw, now=NOW) in {Outcome.UNREADABLE, Outcome.NO_REPORT, Outcome.NOT_PROVEN}
    assert heard == []


def test_of_a_huge_mail_the_beginning_is_read(heard: list[Bounced]) -> None:
    sent(NOW)
    assert take(mail("postfix_unknown_user") + b"x" * (3 * LONGEST_MAIL), now=NOW) == Outcome.TAKEN
    buried = mail("postfix_unknown_user").replace(b"This is the mail system", b"x" * LONGEST_MAIL)
    assert take(buried, now=NOW) in {Outcome.NO_REPORT, Outcome.UNREADABLE}


def test_what_an_app_cannot_take_is_left_to_be_tried_again(heard: list[Bounced], log: Any) -> None:
    sent(NOW)
    registry.bounced_hooks.append(Hook([], fails=True))
    assert take(mail("postfix_unknown_user"), now=NOW) == Outcome.BROKEN
    assert Bounce.objects.count() == 0
    assert ADDRESS not in log.text
    registry.bounced_hooks.pop()
    assert take(mail("postfix_unknown_user"), now=NOW) == Outcome.TAKEN


def test_letters_lost_are_counted_by_letter_and_address_and_not_for_ever(heard: list[Bounced]) -> None:
    for number, days in enumerate((70, 50, 40, 0)):
        letter = sent(NOW, public_id=UUID(int=LETTER.int + number))
        raw = mail("gmail_full").replace(str(LETTER).encode(), str(letter.public_id).encode())
        for time in range(2):  # two mails about one letter count as one letter
            again = raw.replace(b"1a2b3.4c5d.GMR", f"{number}.{time}.GMR".encode())
            assert take(again, now=NOW - timedelta(days=days)) == Outcome.TAKEN
    assert [bounce.letters_lost for bounce in heard] == [1, 1, 2, 2, 3, 3, 3, 3]


def test_the_letters_kind_hears_that_it_came_back(kind: Reminder, heard: list[Bounced]) -> None:
    sent(NOW)
    take(mail("postfix_unknown_user"), now=NOW)
    assert kind.returns == [Kind.HARD]


def test_a_letter_of_a_kind_no_longer_known_still_came_back(heard: list[Bounced]) -> None:
    sent(NOW, letter="of_old")
    assert take(mail("postfix_unknown_user"), now=NOW) == Outcome.TAKEN
    assert len(heard) == 1


def test_logs_hold_no_address(heard: list[Bounced], log: pytest.LogCaptureFixture) -> None:
    sent(NOW)
    log.set_level(logging.DEBUG)
    for name in ("postfix_unknown_user", "qmail_plain", "holiday_reply"):
        take(mail(name), now=NOW)
    assert "came back" in log.text
    assert "patients.example" not in log.text


def test_a_mark_is_of_one_address_however_it_is_spelt_and_survives_a_new_key() -> None:
    with override_settings(SECRET_KEY="old-key-" * 8):
        mark = mark_of("Meenal.Shah@Patients.Example")
        assert is_mark_of(mark, ADDRESS)
        assert not is_mark_of(mark, "meenal.shah@patient.example")
        assert (mark_of("no address"), is_mark_of("", ""), is_mark_of(mark, "")) == ("", False, False)
    with override_settings(SECRET_KEY="new-key-" * 8, SECRET_KEY_FALLBACKS=["old-key-" * 8]):
        assert is_mark_of(mark, ADDRESS)
    with override_settings(SECRET_KEY="new-key-" * 8, SECRET_KEY_FALLBACKS=[]):
        assert not is_mark_of(mark, ADDRESS)


@pytest.mark.parametrize("statement", ["UPDATE outbox_bounce SET kind = 'soft'", "DELETE FROM outbox_bounce"])
def test_a_bounce_stands(statement: str, heard: list[Bounced]) -> None:
    sent(NOW)
    take(mail("postfix_unknown_user"), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("rule", ["bounce_is_read_once", "bounce_kind_is_known"])
def test_the_table_refuses(rule: str) -> None:
    row: dict[str, Any] = {"letter": sent(NOW), "kind": "hard", "is_proven": True, "fingerprint": "f", "read_at": NOW}
    Bounce.objects.create(**row)
    other = row if rule == "bounce_is_read_once" else row | {"kind": "maybe", "fingerprint": "g"}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Bounce.objects.create(**other)


def test_a_letter_that_goes_out_bears_the_mark_of_its_address(kind: Reminder, sink: Any) -> None:
    from clinic.outbox import delivery
    from tests.outbox.kinds import ADDRESS as TO
    from tests.outbox.kinds import owed

    letter = owed(NOW)
    with override_settings(BOUNCE_ADDRESS="bounces@kadamb.example"):
        delivery.deliver(letter.pk, now=NOW)
    kept = Letter.objects.get(pk=letter.pk)
    assert is_mark_of(kept.sent_to, TO)
    assert TO not in kept.sent_to
    assert sink.taken[0]["From"] == "Kadamb Clinic <visits@kadamb.example>"
    assert sink.senders == ["bounces@kadamb.example"]
