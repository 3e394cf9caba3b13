"""Keep a document, take it out of the record, put it back: never deleted, and its pages never change."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from clinic.audit.models import Entry
from clinic.audit.trail import record
from clinic.lib.models import PublicModel
from clinic.staff.models import User
from patients import consents
from patients.documents import contents, limits
from patients.documents.taking import Taken
from patients.errors import (
    AlreadyHere,
    DocumentIsOfAnother,
    DocumentsFull,
    DocumentWithdrawn,
    PhotographyNotAgreed,
    RecordClosed,
    TooManyByLink,
)
from patients.models import AccessLink, Document, DocumentFile, DocumentKind, Patient

BY_LINK: Final = "patient link"
TRIED: Final = "document.tried"


def add_document(  # noqa: PLR0913 - whose, what, of what, by whom and how
    *,
    patient: Patient,
    kind: str,
    files: Sequence[Taken],
    by: User | None,
    now: datetime,
    title: str = "",
    dated_on: date | None = None,
    about: PublicModel | None = None,
    actor: str = BY_LINK,
) -> Document:
    """Keep a document of one patient, all of its pages or none; `by` is None where the patient sent it (`actor`: how).

    `about` is the session, plan or intake it is of, of the same patient.

    Raises:
        PhotographyNotAgreed: a photo of the patient, who did not agree to photographs.
        AlreadyHere: the very same file stands in the record.
        DocumentIsOfAnother: `about` is another patient's.
        DocumentsFull: there is no room left for this patient.
        TooManyByLink: too many came by link within a day.
        RecordClosed: it was merged or restricted while the files were sent.

    """
    if about is not None and getattr(about, "patient_id", patient.pk) != patient.pk:
        raise DocumentIsOfAnother
    with transaction.atomic():
        held = Patient.objects.select_for_update().get(pk=patient.pk)  # one after another: what is counted stays true
        if held.merged_into_id is not None or held.restricted_at is not None:
            raise RecordClosed
        if kind == DocumentKind.PHOTO and not consents.may_photograph(held):
            raise PhotographyNotAgreed
        _refuse_twice(held, files)
        byte_count = sum(taken.byte_count for taken in files)
        _refuse_too_much(held, byte_count, by=by, now=now)
        document = Document.objects.create(
            patient=held,
            kind=kind,
            title=title,
            dated_on=dated_on,
            about_public_id=about.public_id if about else None,
            page_count=sum(taken.page_count for taken in files),
            byte_count=byte_count,
            added_at=now,
            added_by=by,
        )
        contents.store(document, files)
        _note(document, "document.added", by=by, actor=actor, files=len(files), kind=kind)
        return document


def withdraw_document(*, document: Document, because: str, note: str, by: User, now: datetime) -> Document:
    """Take a document out of the record: it stays, with the reason, and nobody but the manager opens it any more.

    Raises:
        DocumentWithdrawn: somebody was faster.

    """
    return _turned(
        document,
        is_standing=True,
        verb="document.withdrawn",
        by=by,
        change={
            "withdrawn_at": now,
            "withdrawn_by": by,
            "withdrawn_because": because,
            "withdrawn_note": note,
        },
    )


def put_back_document(*, document: Document, by: User, now: datetime) -> Document:  # noqa: ARG001 - a deed's shape; the trail has its own clock
    """Take a withdrawal back; the history keeps that it was.

    Raises:
        DocumentWithdrawn: somebody was faster.

    """
    return _turned(
        document,
        is_standing=False,
        verb="document.put_back",
        by=by,
        change={"withdrawn_at": None, "withdrawn_by": None, "withdrawn_because": "", "withdrawn_note": ""},
    )


def count_try(*, link: AccessLink, now: datetime) -> None:
    """Write down that files were sent by a link, before they are read.

    Raises:
        TooManyByLink: it was done too often within an hour.

    """
    with transaction.atomic():
        AccessLink.objects.select_for_update().get(pk=link.pk)  # many at once are counted one by one
        of_link = Entry.objects.filter(thing_type=link._meta.label_lower, thing_public_id=link.public_id)  # noqa: SLF001 - Django's documented meta API
        tries = of_link.filter(verb=TRIED, at__gt=now - timedelta(hours=1))
        if tries.count() >= limits.MOST_TRIES_AN_HOUR:
            raise TooManyByLink
        record(by=None, actor=BY_LINK, verb=TRIED, thing=link, patient=link.patient)


def note_opened(*, document: Document, by: User, how: str = "opened", page: int | None = None) -> None:
    """Record that somebody looked at a document, printed or took it along, before a byte of it leaves."""
    with transaction.atomic():
        _note(document, f"document.{how}", by=by, **dict[str, Any](page=page) if page else {})


def _turned(document: Document, *, is_standing: bool, verb: str, by: User, change: dict[str, Any]) -> Document:
    with transaction.atomic():
        won = Document.objects.filter(pk=document.pk, withdrawn_at__isnull=is_standing).update(**change)
        if not won:
            raise DocumentWithdrawn
        document.refresh_from_db()
        _note(document, verb, by=by, because=document.withdrawn_because)
        return document


def _refuse_twice(patient: Patient, files: Sequence[Taken]) -> None:
    sent = [taken.sha256_sent for taken in files]
    standing = DocumentFile.objects.filter(document__patient=patient, document__withdrawn_at__isnull=True)
    twin = standing.filter(sha256_sent__in=sent).select_related("document").first()
    if twin is not None:
        raise AlreadyHere(files[sent.index(twin.sha256_sent)].name, twin.document.added_at)


def _refuse_too_much(patient: Patient, byte_count: int, *, by: User | None, now: datetime) -> None:
    theirs = Document.objects.filter(patient=patient)
    kept = theirs.aggregate(total=Sum("byte_count"))["total"] or 0
    if kept + byte_count > limits.MOST_BYTES_A_PATIENT:
        raise DocumentsFull
    if by is None:
        lately = theirs.filter(added_by__isnull=True, added_at__gt=now - timedelta(days=1))
        if lately.count() >= limits.MOST_BY_LINK_A_DAY:
            raise TooManyByLink


def _note(document: Document, verb: str, *, by: User | None, actor: str = BY_LINK, **detail: Any) -> None:
    record(by=by, actor="" if by else actor, verb=verb, thing=document, patient=document.patient, detail=detail)
