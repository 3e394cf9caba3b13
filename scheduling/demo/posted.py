"""A letter of the demo that went out: as the outbox keeps one that was sent."""

from datetime import datetime, timedelta
from random import Random

from clinic.lib.languages import read_as, speaking
from clinic.lib.models import PublicModel
from clinic.outbox import states
from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.redaction import redacted
from clinic.outbox.registry import Recipient, kind_for
from patients.models import Patient
from scheduling.demo.people import a_uuid


def post(
    slug: str, *, about: PublicModel, edition: str, step: str, patient: Patient, at: datetime, rng: Random
) -> Letter:
    """Write down a letter that was sent to a patient at that time."""
    kind, done = kind_for(slug), at + timedelta(seconds=2)
    letter = Letter(
        public_id=a_uuid(rng),
        letter=slug,
        about_type=about._meta.label_lower,  # noqa: SLF001 - Django's documented meta API
        about_public_id=about.public_id,
        edition=edition,
        step=step,
        person_public_id=patient.public_id,
        due_at=at,
        attempt=1,
        state=states.SENT,
        handing_over_at=at,
        sent_at=done,
        ended_at=done,
        language=read_as(patient.language),
    )
    recipient = Recipient(address=patient.email, name=patient.name, language=patient.language)
    with speaking(patient.language):
        words = kind.render(letter.promise, recipient, links=Links(), now=at)
    letter.subject_sent, letter.text_sent, letter.html_sent = (
        words.subject,
        redacted(words.text),
        redacted(words.html),
    )
    letter.message_id = f"<{letter.public_id}@demo.example>"
    letter.save(force_insert=True)
    return letter
