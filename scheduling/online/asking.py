"""What somebody without a link writes for a held time, and the code that shows that the address is theirs.

Nothing here looks whether the clinic knows somebody: known and unknown are answered alike, in words, in mails, in time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import constant_time_compare

from clinic.lib import codes
from clinic.outbox import deeds as outbox
from patients.registration import PersonFacts
from scheduling import booking
from scheduling.models import HeldTime, OnlineRequest
from scheduling.online import knocking

LETTER: Final = "booking_code"
CODE_LIVES: Final = timedelta(minutes=15)
CODE_AGAIN_AFTER: Final = timedelta(minutes=1)
WRONG_CODES_AT_MOST: Final = 5
CODES_A_REQUEST: Final = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, and in which language."""

    facts: PersonFacts
    note: str = ""


def ask(*, held: HeldTime, asked: Asked, now: datetime) -> OnlineRequest:
    """Keep what was written, keep the time ten minutes longer (once), and owe a letter with a code.

    Written again it takes the place of what was there; another address has to be proven anew.
    """
    facts = asked.facts
    request: OnlineRequest
    with transaction.atomic():
        booking.lengthen(held=held, now=now)
        request, is_new = OnlineRequest.objects.select_for_update().get_or_create(
            held=held, defaults=_columns(held, asked, now)
        )
        if request.appointment_id is not None:
            return request
        if not is_new:
            same = request.email.casefold() == facts.email.casefold()
            proof = {} if same else {"proven_at": None, "code_hash": "", "code_until": None, "wrong_codes": 0}
            columns = _columns(held, asked, now) | proof
            OnlineRequest.objects.filter(pk=request.pk).update(**columns)
            request.refresh_from_db()
        if request.proven_at is None and not request.code_hash:
            _mail_code(request, now)
    return request


def send_again(*, request: OnlineRequest, now: datetime) -> bool:
    """Owe one more code; return False where none may go yet: one a minute, some a request."""
    with transaction.atomic():
        held: OnlineRequest = OnlineRequest.objects.select_for_update().get(pk=request.pk)
        is_fresh = held.code_until is not None and held.code_until - CODE_LIVES + CODE_AGAIN_AFTER > now
        if held.proven_at is not None or is_fresh or held.codes_sent >= CODES_A_REQUEST:
            return False
        _mail_code(held, now)
    return True


def prove(*, request: OnlineRequest, typed: str, now: datetime) -> bool:
    """Return whether this is the newest code, in its time; a right one proves the address, five wrong ones end it."""
    with transaction.atomic():
        held: OnlineRequest = OnlineRequest.objects.select_for_update().get(pk=request.pk)
        if held.proven_at is not None:
            return True
        is_live = held.code_until is not None and held.code_until > now and held.wrong_codes < WRONG_CODES_AT_MOST
        is_right = is_live and constant_time_compare(_hash(held, codes.as_typed(typed)), held.code_hash)
        if is_right:
            held.proven_at, held.code_hash, held.code_until = now, "", None
        else:
            held.wrong_codes += 1
        held.save(update_fields=("proven_at", "code_hash", "code_until", "wrong_codes"))
    return is_right


def code_of(request: OnlineRequest) -> str:
    """Return the newest code of a request."""
    return codes.code_of("scheduling.online_code", request.public_id, request.codes_sent)


def _mail_code(request: OnlineRequest, now: datetime) -> None:
    """Owe a new code, unless this address had its share: the page says the same, and no code works.

    Counted apart from the requests: what was written there may be written over with another address.
    """
    goes = knocking.may(knocking.CODE, address=request.email.casefold(), now=now)
    request.codes_sent += 1
    request.code_hash = _hash(request, code_of(request)) if goes else ""
    request.code_until, request.wrong_codes = now + CODE_LIVES, 0
    request.save(update_fields=("codes_sent", "code_hash", "code_until", "wrong_codes"))
    if goes:
        outbox.owe(
            LETTER, about=request, person=request, due_at=now, edition=str(request.codes_sent),
            not_after=request.code_until, priority=0,
        )  # fmt: skip


def _columns(held: HeldTime, asked: Asked, now: datetime) -> dict[str, object]:
    facts = asked.facts
    return {
        "location": held.location,
        "given_name": facts.given_name,
        "family_name": facts.family_name,
        "born_on": facts.birth.first_day,
        "birth_precision": facts.birth.precision,
        "phone": facts.phone,
        "email": facts.email,
        "language": facts.language,
        "note": asked.note,
        "agreed_at": now,
        "asked_at": now,
    }


def _hash(request: OnlineRequest, code: str) -> str:
    return codes.hash_of("scheduling.online_code_hash", request.public_id, code)
