"""Invented returned mails, and the letter they speak of."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from clinic.outbox.marks import mark_of
from clinic.outbox.models import Letter

FOLDER = Path(__file__).parents[1] / "files" / "returned"
LETTER = UUID("6f1d2c3b-4a59-4e68-8776-95a4b3c2d1e0")
MESSAGE_ID = f"<{LETTER}@kadamb.example>"
ADDRESS = "meenal.shah@patients.example"
UTF8_ADDRESS = "મીનલ@patients.example"


@cache
def mail(name: str) -> bytes:
    """One of the files, as a mail server hands it over."""
    return (FOLDER / f"{name}.eml").read_bytes()


def sent(at: datetime, *, public_id: UUID = LETTER, to: str = ADDRESS, **facts: Any) -> Letter:
    """A letter that a mail server took."""
    row = {
        "letter": "test_reminder",
        "about_type": "tests.visit",
        "about_public_id": uuid4(),
        "person_public_id": uuid4(),
        "state": "sent",
        "due_at": at,
        "attempt": 1,
        "handing_over_at": at,
        "sent_at": at,
        "ended_at": at,
        "message_id": f"<{public_id}@kadamb.example>",
        "sent_to": mark_of(to),
    }
    letter = Letter(public_id=public_id, **row | facts)
    letter.save(force_insert=True)
    return letter
