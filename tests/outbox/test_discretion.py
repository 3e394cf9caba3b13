"""What others may see of a letter: its headers, and the log."""

import email
from datetime import datetime
from email.header import decode_header, make_header

import pytest

from clinic.outbox import delivery
from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient, Rendered
from tests.outbox.kinds import ADDRESS, CANARY, TOKEN, Reminder, owed
from tests.outbox.sink import DROP, Sink

pytestmark = pytest.mark.django_db


def test_nothing_of_a_patient_reaches_the_log(
    kind: Reminder, sink: Sink, now: datetime, log: pytest.LogCaptureFixture
) -> None:
    sink.answers("RCPT", f"550 5.1.1 <{ADDRESS}> unknown", "451 later", "250 OK")
    sink.answers("DATA", DROP, "250 OK")
    for _ in range(4):
        delivery.deliver(owed(now).pk, now=now)
    kind.goes_to = Recipient(address=f"{CANARY} at nowhere", name=CANARY, language="en")
    delivery.deliver(owed(now).pk, now=now)
    assert sorted(Letter.objects.values_list("state", flat=True)) == ["failed", "failed", "queued", "sent", "uncertain"]
    assert log.text.count("letter ") >= 5
    for secret in (CANARY, CANARY.lower(), ADDRESS, "Your visit", TOKEN):
        assert secret not in log.text
    assert CANARY.lower() not in "".join(Letter.objects.values_list("last_error", flat=True)).lower()


def test_headers_offer_one_click_unsubscribe_and_name_one_recipient(kind: Reminder, sink: Sink, now: datetime) -> None:
    kind.unsubscribe = "https://clinic.example/p/" + "A" * 90 + "/stop"
    kind.goes_to = Recipient(
        address="Rekha@BÜCHER.example", name="રેખા પરમાર\r\nBcc: everyone@example.org", language="gu"
    )
    kind.says = Rendered(subject="તમારી મુલાકાત\nBcc: x@y.example", text="t", html="<p>t</p>", from_name="કદંબ ક્લિનિક")
    delivery.deliver(owed(now).pk, now=now)
    (message,) = sink.taken
    assert message["List-Unsubscribe"] == f"<{kind.unsubscribe}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "કદંબ ક્લિનિક <visits@kadamb.example>"
    # The new parser puts a space between two encoded words of a name, against RFC 2047, 6.2; the old one does not.
    to = email.message_from_bytes(sink.raw[0])["To"].replace("\r\n", "")
    assert str(make_header(decode_header(to))) == "રેખા પરમાર Bcc: everyone@example.org <Rekha@xn--bcher-kva.example>"
    assert message["Subject"] == "તમારી મુલાકાત Bcc: x@y.example"
    assert (message["Bcc"], message["Cc"]) == (None, None)
    assert sink.recipients == ["Rekha@xn--bcher-kva.example"]
    assert message["Date"].datetime == now
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert sink.raw[0].isascii()


def test_headers_without_unsubscribe_offer_none(kind: Reminder, sink: Sink, now: datetime) -> None:
    delivery.deliver(owed(now).pk, now=now)
    assert sink.taken[0]["List-Unsubscribe"] is None
