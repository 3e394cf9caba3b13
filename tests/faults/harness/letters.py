"""Letters to be owed, each to an address whose host says how the mail server will behave."""

import os
from datetime import datetime
from typing import ClassVar, Final
from uuid import uuid4

from clinic.outbox import deeds
from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.refs import Ref
from clinic.outbox.registry import Later, LetterKind, Promise, Recipient, Rendered, Suppressed

#: In every letter, and never in a log, the broker or a subject.
CANARIES: Final = ("Zanzibarova", "98765 00987", "zanzibarova")
GOOD: Final = "good"
POISON: Final = "poison"
ODD: Final = {
    "idn": "zanzibarova@पत्र.example",
    "quoted": '"zanzibarova, r."@good.example',
    "longest": f"{'zanzibarova'.ljust(64, 'a')}@{'b' * 63}.{'c' * 63}.{'d' * 53}.example",
}


class Notice(LetterKind):
    """A letter whose step says where it goes: to `zanzibarova@STEP.example`, or to one of the odd addresses."""

    slug: ClassVar[str] = "faults_notice"
    title: ClassVar[str] = "Notice"

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:
        address = ODD.get(promise.step) or f"zanzibarova@{promise.step}.example"
        return Recipient(address=address, name="Rekha Zanzibarova", language="en")

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:
        if promise.step == POISON:
            os._exit(1)  # as one that eats all memory ends
        text = f"Dear {recipient.name}, we have your number as 98765 00987.\n"
        return Rendered(subject="Your visit", text=text, html=f"<p>{text}</p>")


def owe(fault: str, *steps: str, due_at: datetime, not_after: datetime | None = None) -> list[Letter]:
    """One letter a step, under the fault's name."""
    return [
        deeds.owe(
            Notice.slug,
            about=Ref("faults.visit", uuid4()),
            person=uuid4(),
            edition=fault,
            step=step,
            due_at=due_at,
            not_after=not_after,
        )
        for step in steps
    ]
