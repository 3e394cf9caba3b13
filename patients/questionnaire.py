"""Publish the intake's questions and the words of consents, in versions: the same again changes nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from clinic.audit.trail import record
from patients.models import ConsentText, Questionnaire
from patients.questions import Step, compose, read

CATALOGUE: Final = Path(__file__).parent / "catalogue"
ONE_PUBLISHER: Final = 7_243_002
"""Advisory lock: two publishers at once would both number the next version."""


class NothingPublished(Exception):
    """No questionnaire was loaded yet: `manage.py load_catalogue` does it."""


class WordingChanged(Exception):
    """The shipped words of a version differ from those patients may have agreed to: a new version is needed."""

    def __init__(self, wording: ConsentText) -> None:
        super().__init__(str(wording))
        self.wording = wording


def publish(screening: Sequence[Mapping[str, Any]], *, now: datetime) -> Questionnaire:
    """Make the shipped steps with these screening questions (screening.json's "questions") what new intakes ask.

    A new version only where something changed; intakes begun before keep theirs. Loads the consents' words too.

    Raises:
        QuestionUnreadable: the steps and the catalogue do not fit.
        WordingChanged: a consent's words were changed under the same version.

    """
    document = compose(_shipped("questionnaire"), screening)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_PUBLISHER])
        _publish_wordings()
        newest = Questionnaire.objects.first()
        if newest is not None and newest.questions == document:
            return newest
        made = Questionnaire.objects.create(
            version=newest.version + 1 if newest else 1, questions=document, loaded_at=now
        )
        record(by=None, actor="command", verb="questionnaire.published", thing=made, detail={"version": made.version})
        return made


def current() -> Questionnaire:
    """Return the questionnaire a new intake asks.

    Raises:
        NothingPublished: there is none yet.

    """
    newest = Questionnaire.objects.first()
    if newest is None:
        raise NothingPublished
    return newest


def steps_of(questionnaire: Questionnaire) -> tuple[Step, ...]:
    """Return the pages of a questionnaire with their questions."""
    return read(questionnaire.questions)


def _publish_wordings() -> None:
    """Keep the shipped words; of a kind the clinic wrote its own for, newer ones would take their place unasked."""
    own = set(ConsentText.objects.filter(written_by__isnull=False).values_list("kind", flat=True))
    for shipped in (one for one in _shipped("consents")["wordings"] if one["kind"] not in own):
        wording, is_new = ConsentText.objects.get_or_create(
            kind=shipped["kind"],
            version=shipped["version"],
            language=shipped["language"],
            defaults={"text": shipped["text"]},
        )
        if not is_new and wording.text != shipped["text"]:
            raise WordingChanged(wording)


def _shipped(name: str) -> Any:
    return json.loads((CATALOGUE / f"{name}.json").read_text(encoding="utf-8"))
