"""A patient asks for something to be corrected; somebody here answers, and a letter says that the answer is there."""

from datetime import datetime
from typing import Final

from django.db import transaction

from clinic.audit.trail import record
from clinic.outbox.deeds import owe
from clinic.staff.models import User
from patients.models import CorrectedPart, CorrectionRequest, MovedRow, Patient
from patients.writing import hold_to_write

LETTER: Final = "correction_answered"
OPEN_AT_MOST: Final = 5
WORDS_AT_MOST: Final = 1000


class TooManyOpen(Exception):
    """So many requests of this patient wait for an answer that no more are taken."""


class AnsweredMeanwhile(Exception):
    """A colleague answered it first."""


class NothingCorrected(Exception):
    """The record says of this part what it said when the patient asked."""


HELD_IN: Final[dict[str, tuple[str, ...]]] = {
    CorrectedPart.NAME: ("given_name", "family_name"),
    CorrectedPart.BIRTH: ("born_on", "birth_precision"),
    CorrectedPart.CONTACT: ("phone", "email", "address"),
}
"""The columns of a patient's row that hold a part; of the other parts the row says nothing."""


def is_in_history(asked: CorrectionRequest) -> bool:
    """Return whether the record's history tells if this part was changed since: not of what came to it by a merge."""
    return asked.part in HELD_IN and not MovedRow.objects.that_brought(asked, since=asked.asked_at).exists()


def is_unchanged(asked: CorrectionRequest) -> bool:
    """Return whether the record surely says of this part what it said when the patient asked, by its history."""
    if not is_in_history(asked):
        return False
    columns = HELD_IN[asked.part]
    history = Patient.pgh_event_model.objects.filter(pgh_obj_id=asked.patient_id)  # type: ignore[attr-defined] # pghistory's
    rows = history.order_by("pgh_id").values_list(*columns)
    then = rows.filter(pgh_created_at__lte=asked.asked_at).last() or rows.first()
    return bool(then == Patient.objects.values_list(*columns).get(pk=asked.patient_id))


def ask_correction(*, patient: Patient, part: str, words: str, now: datetime) -> CorrectionRequest:
    """Keep what a patient asks for, by their own page; the same words again, while they wait, are one request.

    Raises:
        TooManyOpen: five wait already.
        RecordKept: the record was restricted since the page was opened.

    """
    with transaction.atomic():
        held = hold_to_write(patient)
        waiting: list[CorrectionRequest] = list(
            CorrectionRequest.objects.filter(patient=held).to_answer()[:OPEN_AT_MOST]
        )
        for same in waiting:
            if (same.part, same.words) == (part, words):
                return same
        if len(waiting) == OPEN_AT_MOST:
            raise TooManyOpen
        asked: CorrectionRequest = CorrectionRequest.objects.create(patient=held, part=part, words=words, asked_at=now)
        record(by=None, actor="patient link", verb="correction.asked", thing=asked, patient=held, detail={"part": part})
        return asked


def answer_correction(
    *, request: CorrectionRequest, is_accepted: bool, answer: str, by: User, now: datetime
) -> CorrectionRequest:
    """Answer it, corrected or not and why; the letter says only that there is an answer on the patient's page.

    Raises:
        AnsweredMeanwhile: it has an answer.
        NothingCorrected: it is called corrected, and is not.

    """
    with transaction.atomic():
        won = CorrectionRequest.objects.filter(pk=request.pk, answered_at__isnull=True).update(
            answered_at=now, answered_by=by, is_accepted=is_accepted, answer=answer
        )
        if not won:
            raise AnsweredMeanwhile
        if is_accepted and is_unchanged(request):
            raise NothingCorrected
        request.refresh_from_db()
        detail = {"part": request.part, "is_accepted": is_accepted}
        record(by=by, verb="correction.answered", thing=request, patient=request.patient, detail=detail)
        owe(LETTER, about=request, person=request.patient, due_at=now)
    return request
