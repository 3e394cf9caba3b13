"""What a letter says, for tests."""

from datetime import datetime

from django.utils import translation

from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient, Rendered, kind_for


def rendered_for(letter: Letter, now: datetime) -> Rendered:
    """The letter in words, in its reader's language, as the outbox asks for it."""
    kind, promise = kind_for(letter.letter), letter.promise
    recipient = kind.recipient(promise, now=now)
    assert isinstance(recipient, Recipient)
    with translation.override(recipient.language):
        return kind.render(promise, recipient, links=Links(), now=now)
