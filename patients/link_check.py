"""The second check of a link: whether it is the person, before anything answered earlier is shown.

Either the date of birth, or a code of six digits mailed to the address that the link was sent to. Five wrong dates
close that way for an hour, five more end the link; five wrong tries end a code, fifteen since one was right the link:
the desk then sends a new one. The ways are counted apart: whoever guesses dates with a link that was passed on does
not keep the person from the code, which only their mailbox shows. A try is counted under the link's lock, so that many
at once are counted one by one.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils.crypto import constant_time_compare

from clinic.lib import codes
from clinic.outbox.deeds import owe
from patients.link_refusals import LinkRevoked, LinkWaits
from patients.links import address_of
from patients.models import AccessLink, LinkCode, Patient
from patients.recognising import BirthTyped, agrees, can_be_asked

TRIES: Final = 5
WAIT: Final = timedelta(hours=1)
CODE_LIVES: Final = timedelta(minutes=15)
CODES_A_LINK: Final = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
"""So many codes in so long a time, and no more."""
CODES_A_MAILBOX: Final = 6
"""In an hour, whichever links ask: nobody's mailbox is filled by who holds some of their links."""
WRONG_CODES: Final = 15
"""Guesses of a million since a code was right, however long somebody holds the link and however they are spread."""
TOO_MANY: Final = "too_many_wrong_answers"


def try_birth_date(*, link: AccessLink, typed: BirthTyped, now: datetime) -> bool:
    """Return whether this is the person's date of birth; a wrong one is counted.

    Raises:
        LinkWaits: five were wrong, and no date is looked at for an hour.
        LinkRevoked: too many were wrong.

    """
    with transaction.atomic():
        held = _locked(link)
        waits = dates_wait_until(held, now)
        if waits is not None:
            raise LinkWaits(waits)
        patient = held.patient
        is_right = agrees(typed, born_on=patient.born_on, precision=patient.birth_precision)
        if is_right:
            held.failed_checks, held.waits_until = 0, None
        else:
            held.failed_checks += 1
            if held.failed_checks == TRIES:
                held.waits_until = now + WAIT
            elif held.failed_checks >= 2 * TRIES:
                held.revoked_at, held.revoked_because = now, TOO_MANY
        held.save(update_fields=("failed_checks", "waits_until", "revoked_at", "revoked_because"))
        return is_right


def send_code(*, link: AccessLink, now: datetime) -> bool:
    """Make a new code and owe the letter with it; return False where none may be made yet.

    It goes to the address the link was sent to, while that is the one on file and works, and to no other. Whether it
    goes is not told: then no code is the right one.

    Raises:
        LinkRevoked: too many answers were wrong.

    """
    with transaction.atomic():
        held = _locked(link)
        made = held.codes.all()
        if any(made.filter(made_at__gt=now - span).count() >= most for span, most in CODES_A_LINK):
            return False
        newest = made.order_by("-number").first()
        code = LinkCode(link=held, number=newest.number + 1 if newest else 1, made_at=now, expires_at=now + CODE_LIVES)
        if _may_be_mailed(held, now):
            code.sent_to, code.code_hash = held.sent_to, _code_hash(held, _digits(held, code.number))
            owe(
                "link_code", about=held, person=held.patient, due_at=now, edition=str(code.number),
                not_after=code.expires_at, priority=0,
            )  # fmt: skip
        code.save(force_insert=True)
        return True


def try_code(*, link: AccessLink, typed: str, now: datetime) -> bool:
    """Return whether this is the newest mailed code, still in its time; a right one is spent, a wrong one counted.

    Raises:
        LinkRevoked: too many were wrong.

    """
    with transaction.atomic():
        held = _locked(link)
        code = live_code(held, now)
        if code is None:
            return False
        if constant_time_compare(_code_hash(held, codes.as_typed(typed)), code.code_hash):
            code.used_at = now
            code.save(update_fields=("used_at",))
            return True
        code.wrong_tries += 1
        code.save(update_fields=("wrong_tries",))
        if _wrong_since_a_right_one(held) >= WRONG_CODES:
            held.revoked_at, held.revoked_because = now, TOO_MANY
            held.save(update_fields=("revoked_at", "revoked_because"))
        return False


def live_code(link: AccessLink, now: datetime) -> LinkCode | None:
    """Return the code that may be typed now: the newest, in its time, not used and not tried five times."""
    code: LinkCode | None = link.codes.order_by("-number").first()
    is_live = code is not None and code.expires_at > now and code.used_at is None and code.wrong_tries < TRIES
    return code if is_live else None


def code_of(link: AccessLink) -> str:
    """Return the newest code of a link: derived, so that the letter can be written without keeping the code."""
    newest = link.codes.order_by("-number").first()
    return _digits(link, newest.number if newest else 0)


def dates_wait_until(link: AccessLink, now: datetime) -> datetime | None:
    """Return until when no date of birth is looked at, where too many were wrong lately."""
    until: datetime | None = link.waits_until
    return until if until is not None and until > now else None


def can_ask_birth_date(patient: Patient) -> bool:
    """Return whether the date of birth on file is sure enough to be asked for."""
    return can_be_asked(patient.birth_precision)


def _may_be_mailed(link: AccessLink, now: datetime) -> bool:
    """Whether the address on file is the link's, works, and had not its share of codes."""
    patient = link.patient
    if not link.sent_to or link.sent_to != address_of(patient) or patient.email_suspended_at is not None:
        return False
    lately = LinkCode.objects.filter(sent_to=link.sent_to, made_at__gt=now - WAIT)
    return lately.count() < CODES_A_MAILBOX


def _wrong_since_a_right_one(link: AccessLink) -> int:
    """How many times a wrong code was typed, of all codes since one was right."""
    right = link.codes.filter(used_at__isnull=False).order_by("-number").first()
    since = link.codes.filter(number__gt=right.number if right else 0)
    return since.aggregate(wrong=Sum("wrong_tries"))["wrong"] or 0


def _locked(link: AccessLink) -> AccessLink:
    held = AccessLink.objects.select_for_update(of=("self",)).select_related("patient").get(pk=link.pk)
    if held.revoked_at is not None:
        raise LinkRevoked(held.revoked_because)
    return held


def _digits(link: AccessLink, number: int) -> str:
    return codes.code_of("patients.link_code", link.public_id, number)


def _code_hash(link: AccessLink, code: str) -> str:
    return codes.hash_of("patients.link_code_hash", link.public_id, code)
