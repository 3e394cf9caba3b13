"""The second check of a link: whether it is the person, before anything answered earlier is shown.

Either the date of birth, or a code of six digits mailed to the address on file. Five wrong answers close the link for
an hour, five more end it: the desk then sends a new one. A try is counted under the row's lock, so that many at once
are counted one by one.

"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import constant_time_compare

from clinic.lib import codes
from clinic.outbox.deeds import owe
from patients.link_refusals import LinkRevoked, LinkWaits
from patients.models import AccessLink, Patient
from patients.recognising import BirthTyped, agrees, can_be_asked

TRIES: Final = 5
WAIT: Final = timedelta(hours=1)
CODE_LIVES: Final = timedelta(minutes=15)
CODE_AGAIN_AFTER: Final = timedelta(minutes=1)
CODES_A_LINK: Final = 10
TOO_MANY: Final = "too_many_wrong_answers"


def try_birth_date(*, link: AccessLink, typed: BirthTyped, now: datetime) -> bool:
    """Return whether this is the person's date of birth; a wrong one is counted.

    Raises:
        LinkWaits, LinkRevoked: too many were wrong.

    """
    with transaction.atomic():
        held = _locked(link, now)
        patient = held.patient
        return _count(held, agrees(typed, born_on=patient.born_on, precision=patient.birth_precision), now)


def try_code(*, link: AccessLink, typed: str, now: datetime) -> bool:
    """Return whether this is the newest mailed code, still in its time; a right one is spent, a wrong one counted.

    Raises:
        LinkWaits, LinkRevoked: too many were wrong.

    """
    with transaction.atomic():
        held = _locked(link, now)
        is_live = held.code_expires_at is not None and held.code_expires_at > now
        is_right = is_live and constant_time_compare(_code_hash(held, codes.as_typed(typed)), held.code_hash)
        if is_right:
            held.code_hash, held.code_expires_at = "", None
        return _count(held, is_right, now)


def send_code(*, link: AccessLink, now: datetime) -> bool:
    """Owe the person a letter with a new code; return False where none may go now (one a minute, ten a link).

    Raises:
        LinkWaits, LinkRevoked: too many answers were wrong.

    """
    with transaction.atomic():
        held = _locked(link, now)
        newest_is_fresh = (
            held.code_expires_at is not None and held.code_expires_at - CODE_LIVES + CODE_AGAIN_AFTER > now
        )
        if newest_is_fresh or held.codes_sent >= CODES_A_LINK or not can_be_mailed(held.patient):
            return False
        held.codes_sent += 1
        held.code_hash = _code_hash(held, code_of(held))
        held.code_expires_at = now + CODE_LIVES
        held.save(update_fields=("codes_sent", "code_hash", "code_expires_at"))
        owe(
            "link_code", about=held, person=held.patient, due_at=now, edition=str(held.codes_sent),
            not_after=held.code_expires_at, priority=0,
        )  # fmt: skip
        return True


def code_of(link: AccessLink) -> str:
    """Return the newest code of a link: derived, so that the letter can be written without keeping the code."""
    return codes.code_of("patients.link_code", link.public_id, link.codes_sent)


def can_be_mailed(patient: Patient) -> bool:
    """Return whether a code could reach the person."""
    return bool(patient.email) and patient.email_suspended_at is None


def can_ask_birth_date(patient: Patient) -> bool:
    """Return whether the date of birth on file is sure enough to be asked for."""
    return can_be_asked(patient.birth_precision)


def _locked(link: AccessLink, now: datetime) -> AccessLink:
    held = AccessLink.objects.select_for_update(of=("self",)).select_related("patient").get(pk=link.pk)
    if held.revoked_at is not None:
        raise LinkRevoked(held.revoked_because)
    if held.waits_until is not None and held.waits_until > now:
        raise LinkWaits(held.waits_until)
    return held


def _count(held: AccessLink, is_right: bool, now: datetime) -> bool:  # noqa: FBT001 - what was tried, not a switch
    if is_right:
        held.failed_checks, held.waits_until = 0, None
    else:
        held.failed_checks += 1
        if held.failed_checks == TRIES:
            held.waits_until = now + WAIT
        elif held.failed_checks >= 2 * TRIES:
            held.revoked_at, held.revoked_because = now, TOO_MANY
    held.save(
        update_fields=(
            "failed_checks", "waits_until", "revoked_at", "revoked_because", "code_hash", "code_expires_at",
        )
    )  # fmt: skip
    return is_right


def _code_hash(link: AccessLink, code: str) -> str:
    return codes.hash_of("patients.link_code_hash", link.public_id, code)
