"""What may be done to letters: owe, withdraw, reschedule, resend, hold. They run in the caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from clinic.audit.trail import HasPublicId, record
from clinic.outbox import states
from clinic.outbox.errors import NotResendable
from clinic.outbox.models import RESEND, Hold, Letter
from clinic.outbox.reasons import HELD_BACK, NO_LONGER_WANTED
from clinic.outbox.refs import Owed, Person, Ref, Thing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from clinic.staff.models import User  # a name for the type checker; nothing is imported

_UNCHANGED: Final[Any] = object()

#: A letter that is not on its way any more holds no lease.
NO_CLAIM: Final[dict[str, Any]] = {"lease_until": None, "claimed_by": ""}
#: A letter that starts afresh has nothing of what ended it, and nothing that was sent.
AFRESH: Final[dict[str, Any]] = {
    **NO_CLAIM,
    "handing_over_at": None,
    "ended_at": None,
    "reason": "",
    "reason_text": "",
    "where": "",
}


#: Queued, or held while nothing may go out.
FIRST: Final = """
    INSERT INTO outbox_letter (
        public_id, letter, about_type, about_public_id, edition, step, channel, person_public_id, priority, due_at,
        not_after, attempt, max_attempts, state, reason, claimed_by, reason_text, "where", last_error, language,
        message_id, subject_sent, text_sent, html_sent
    )
    SELECT one.*, CASE WHEN held THEN %s ELSE %s END, CASE WHEN held THEN %s ELSE '' END, '', '', '', '', '', '', '',
        '', ''
    FROM (SELECT EXISTS (SELECT FROM outbox_hold WHERE ended_at IS NULL) AS held) AS hold, unnest(
        %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::int[],
        %s::timestamptz[], %s::timestamptz[], %s::int[], %s::int[]
    ) AS one
"""


def owe(  # noqa: PLR0913 - a promise has this many parts, all by keyword
    letter: str,
    *,
    about: Thing,
    person: Person,
    due_at: datetime,
    edition: str = "",
    step: str = "",
    not_after: datetime | None = None,
    channel: str = "email",
    priority: int = 5,
    revive: bool = False,
) -> Letter:
    """Promise a letter, once: the same promise again returns the row there is, unchanged.

    `revive` queues a withdrawn letter again, with the new dates: a cancelled booking owes its letter once more.
    """
    promise = _row(
        Owed(
            letter=letter, about=about, person=person, due_at=due_at, edition=edition, step=step,
            not_after=not_after, channel=channel, priority=priority,
        ),
        state=_state_at_birth(),
    )  # fmt: skip
    Letter.objects.bulk_create([promise], ignore_conflicts=True)
    found: Letter = Letter.objects.get(**_key_of(promise))
    if revive and found.public_id != promise.public_id:
        _revive(promise)
        found.refresh_from_db()
    return found


def owe_many(letters: Sequence[Owed], *, revive: bool = False) -> int:
    """Promise many letters, each once, some of them again where `revive` as in `owe`; return how many are new."""
    state = _state_at_birth()
    rows = [_row(owed, state=state) for owed in letters]
    Letter.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    ours = [row.public_id for row in rows]
    new: set[UUID] = set()
    for start in range(0, len(ours), 1000):
        found = Letter.objects.filter(public_id__in=ours[start : start + 1000])
        new.update(found.values_list("public_id", flat=True))
    if revive:
        for row in rows:
            if row.public_id not in new:
                _revive(row)
    return len(new)


def owe_first(letters: Sequence[Owed]) -> None:
    """Promise the first letters about things made in this very deed, one statement: none of them can be there."""
    rows = [_row(owed, state=states.QUEUED) for owed in letters]
    names = ("public_id", *_KEY, "priority", "due_at", "not_after", "attempt", "max_attempts")
    columns = [[getattr(row, name) for row in rows] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(FIRST, [states.HELD, states.QUEUED, HELD_BACK, *columns])


def withdraw(  # noqa: PLR0913 - which letters, and why, all by keyword
    *,
    about: Thing,
    reason: str,
    now: datetime,
    text: str = "",
    where: str = "",
    letters: Collection[str] | None = None,
    editions: Collection[str] | None = None,
    steps: Collection[str] | None = None,
    person: Person | None = None,
) -> int:
    """Withdraw what is owed about a thing and not yet handed over; return how many letters that were.

    A letter that a worker has claimed and not yet given to a mail server is stopped too. An edition takes its resends
    with it.
    """
    rows = Letter.objects.about(about)
    if letters is not None:
        rows = rows.filter(letter__in=letters)
    if editions is not None:
        named = Q(edition__in=editions)
        for edition in editions:
            named |= Q(edition__startswith=f"{edition}{RESEND}")
        rows = rows.filter(named)
    if steps is not None:
        rows = rows.filter(step__in=steps)
    if person is not None:
        rows = rows.for_person(person)
    return withdraw_letters(rows, reason=reason, now=now, text=text, where=where)


def withdraw_person(*, person: Person, reason: str, now: datetime, text: str = "", where: str = "") -> int:
    """Withdraw all that is owed to a person: who died, or was merged into another record."""
    return withdraw_letters(Letter.objects.for_person(person), reason=reason, now=now, text=text, where=where)


def hand_over(*, to: Person, letters: "QuerySet[Letter]", reason: str, text: str, now: datetime, due: datetime) -> int:
    """Withdraw letters that are not yet handed to a mail server, and promise each to somebody else; return how many.

    For rows that change their person. What is due before `due` goes then, so that a mistake can be taken back.
    """
    waiting = Letter.objects.not_handed_over().filter(pk__in=letters.order_by().values("pk"))
    promised = [
        Owed(
            letter=one.letter, about=Ref(one.about_type, one.about_public_id), person=to, edition=one.edition,
            step=one.step, due_at=max(one.due_at, due), not_after=one.not_after, channel=one.channel,
            priority=one.priority,
        )
        for one in waiting.order_by("pk").select_for_update()
    ]  # fmt: skip
    withdraw_letters(letters, reason=reason, text=text, now=now, where="closed")
    owe_many(promised, revive=True)
    return len(promised)


def ask_again(*, person: Person) -> int:
    """Put back what a worker has claimed for a person and not yet handed over; return how many letters that were.

    For who has another address or other wishes by now: the letter is asked and written anew, and its try costs nothing.
    """
    claimed = Letter.objects.for_person(person).filter(state=states.SENDING, handing_over_at__isnull=True)
    return claimed.update(**NO_CLAIM, state=states.QUEUED, max_attempts=F("max_attempts") + 1)


def withdraw_letters(rows: "QuerySet[Letter]", *, reason: str, now: datetime, text: str = "", where: str = "") -> int:
    """Withdraw those of these letters that are not yet handed over; return how many that were."""
    return (
        Letter.objects.not_handed_over()
        .filter(pk__in=rows.order_by().values("pk"))
        .update(
            **NO_CLAIM,
            state=states.WITHDRAWN,
            ended_at=now,
            reason=reason or NO_LONGER_WANTED,
            reason_text=text,
            where=where,
        )
    )


def reschedule(letter: Letter, *, due_at: datetime, not_after: datetime | None = _UNCHANGED) -> bool:
    """Move a letter that is waiting or held to another moment; return False where it is no longer there to be moved."""
    changes: dict[str, Any] = {"due_at": due_at, "reason": "", "reason_text": ""}
    if not_after is not _UNCHANGED:
        changes["not_after"] = not_after
    moved = Letter.objects.filter(pk=letter.pk, state__in=[states.QUEUED, states.HELD]).update(**changes)
    return moved == 1


def resend(letter: Letter, *, by: "User | None", now: datetime, patient: HasPublicId | None = None) -> Letter:
    """Send a letter again because a person says so; return the letter that now waits.

    One whose arrival is uncertain goes again as itself, with its Message-ID, so that a repeat is recognisable.
    One that failed, lapsed or was sent is owed anew under a named edition; pressed twice it is owed once.

    Raises:
        NotResendable: its state allows neither.

    """
    with transaction.atomic():
        row = Letter.objects.select_for_update().get(pk=letter.pk)
        if row.state not in states.RESENDABLE:
            raise NotResendable(row.state)
        again = _queue_itself(row, now=now) if row.state == states.UNCERTAIN else _next_edition(row, now=now)
        record(
            by=by,
            verb="letter_resent",
            thing=again,
            patient=patient,
            detail={"was": row.state, "of": str(row.public_id)},
        )
    return again


def mark_arrived(letter: Letter, *, by: "User | None", now: datetime, patient: HasPublicId | None = None) -> None:
    """Note that a person found an uncertain or held letter among those that arrived.

    Raises:
        NotResendable: it is neither.

    """
    with transaction.atomic():
        found = Letter.objects.filter(pk=letter.pk, state__in=[states.UNCERTAIN, states.HELD]).update(
            **NO_CLAIM, state=states.SENT, sent_at=now, ended_at=now, reason="", reason_text="", where="",
            handing_over_at=Coalesce("handing_over_at", Now()),
        )  # fmt: skip
        if not found:
            raise NotResendable(Letter.objects.values_list("state", flat=True).get(pk=letter.pk))
        record(by=by, verb="letter_found_arrived", thing=letter, patient=patient)


def hold_all(*, by: "User | None", now: datetime, reason: str) -> int:
    """Hold every letter back, those still to be owed included; return how many are held now. Twice is once."""
    with transaction.atomic():
        if not is_on_hold():
            Hold.objects.bulk_create([Hold(started_at=now, started_by=by, reason=reason)], ignore_conflicts=True)
            record(by=by, verb="letters_held", thing=Hold.objects.on().get())
        return hold_stragglers()


def hold_stragglers() -> int:
    """Hold back what was queued by deeds that did not see the hold yet; return how many."""
    if not is_on_hold():
        return 0
    return Letter.objects.filter(state=states.QUEUED).update(state=states.HELD, reason=HELD_BACK)


def release_hold(*, by: "User | None", now: datetime) -> int:
    """Let letters go again; return how many wait now. What came too late meanwhile will lapse, not go."""
    with transaction.atomic():
        hold = Hold.objects.on().select_for_update().first()
        if hold is not None:
            Hold.objects.filter(pk=hold.pk).update(ended_at=now, ended_by=by)
            record(by=by, verb="letters_released", thing=hold)
        return Letter.objects.filter(state=states.HELD).update(state=states.QUEUED, reason="")


def is_on_hold() -> bool:
    """Whether nothing may go out now."""
    return Hold.objects.on().exists()


_KEY: Final = ("letter", "about_type", "about_public_id", "edition", "step", "channel", "person_public_id")


def _row(owed: Owed, *, state: str) -> Letter:
    about, person = Ref.to(owed.about), Ref.to(owed.person)
    return Letter(
        letter=owed.letter, about_type=about.type, about_public_id=about.public_id, edition=owed.edition,
        step=owed.step, channel=owed.channel, person_public_id=person.public_id, priority=owed.priority,
        due_at=owed.due_at, not_after=owed.not_after, state=state, reason=HELD_BACK if state == states.HELD else "",
    )  # fmt: skip


def _revive(promise: Letter) -> None:
    """Queue the withdrawn letter of the same key again, with the dates of this one."""
    Letter.objects.filter(state=states.WITHDRAWN, **_key_of(promise)).update(
        **AFRESH, state=promise.state, due_at=promise.due_at, not_after=promise.not_after, priority=promise.priority,
        max_attempts=F("attempt") + promise.max_attempts,
    )  # fmt: skip


def _state_at_birth() -> str:
    return states.HELD if is_on_hold() else states.QUEUED


def _queue_itself(row: Letter, *, now: datetime) -> Letter:
    Letter.objects.filter(pk=row.pk, state=states.UNCERTAIN).update(
        **AFRESH, state=_state_at_birth(), due_at=now, not_after=None, max_attempts=F("attempt") + row.max_attempts
    )
    row.refresh_from_db()
    return row


def _next_edition(row: Letter, *, now: datetime) -> Letter:
    waiting: Letter | None = Letter.objects.live().filter(resend_of=row).first()
    if waiting is not None:
        return waiting
    number = row.promise.resend + 1
    base = row.promise.edition
    while Letter.objects.filter(**_key_of(row) | {"edition": f"{base}{RESEND}{number}"}).exists():
        number += 1
    again: Letter = Letter(priority=row.priority, due_at=now, state=_state_at_birth(), resend_of=row, **_key_of(row))
    again.edition = f"{base}{RESEND}{number}"
    again.save(force_insert=True)
    return again


def _key_of(row: Letter) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _KEY}
