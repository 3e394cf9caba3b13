"""The patient's own page: its link, what stands there, and the ways from it, each a link of its own purpose.

The page's link shows visits and leads to wishes. All that is clinical asks for the code that is mailed to the address
the link was sent to. The way to another page is made by a press, never by looking.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.outbox import states
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients import reminders
from patients.consenting import consents_link
from patients.intake import invitation_link
from patients.links import link_for
from patients.models import AccessLink, Document, DocumentFile, Intake, Patient
from scheduling import aftercare, checking_in, managing
from scheduling.by_link import LINK_LIVES as CHECK_IN_LIVES
from scheduling.models import Appointment, AppointmentState, PageWish
from treatments.models import InjectionSession

PURPOSE: Final = reminders.OWN_PAGE
LETTER: Final = "own_page"
TO_COME_SHOWN: Final = 10
PAST_SHOWN: Final = 20
DOCUMENTS_SHOWN: Final = 30
WISHES_AT_ONCE: Final = 200
OF_ONE_ADDRESS: Final = 8
"""A family shares a mailbox; each gets a letter with a link of their own."""

Made = tuple[AccessLink, str]
"""A link of another page's own purpose, and its path."""
Way = Callable[[Patient, datetime], Made | None]


def send(*, patient: Patient, by: User | None, now: datetime) -> Letter:
    """Owe a letter with the link; while one waits to go there is no second."""
    with transaction.atomic():
        held = Patient.objects.select_for_update().get(pk=patient.pk)
        sent = Letter.objects.about(held).of_kind(LETTER)
        waiting: Letter | None = sent.filter(state__in=(states.QUEUED, states.HELD)).first()
        if waiting is not None:
            return waiting
        record(by=by, actor="" if by else "public page", verb="own_page.sent", thing=held, patient=held)
        return outbox.owe(LETTER, about=held, person=held, due_at=now, edition=str(sent.count() + 1), priority=0)


def wish(*, location_id: int, email: str, now: datetime) -> None:
    """Keep an address until the next sweep looks whose it is."""
    PageWish.objects.create(location_id=location_id, email=email, asked_at=now)


def sweep(now: datetime) -> int:
    """Answer the wishes: a letter to everybody with that address, and to nobody else; return how many letters."""
    owed = 0
    for asked in PageWish.objects.order_by("id")[:WISHES_AT_ONCE]:
        with transaction.atomic():
            living = Patient.objects.living_records().filter(
                deceased_on__isnull=True, restricted_at__isnull=True, email_suspended_at__isnull=True
            )
            found = list(living.filter(email__iexact=asked.email).order_by("id")[:OF_ONE_ADDRESS])
            for patient in found:
                send(patient=patient, by=None, now=now)
            asked.delete()
        owed += len(found)
    return owed


def to_come(patient: Patient, *, now: datetime) -> "QuerySet[Appointment]":
    """Return the visits to come, the next first."""
    rows = Appointment.objects.upcoming(now).filter(patient=patient)
    return rows.select_related("clinician", "location", "type").order_by("starts_at", "id")[:TO_COME_SHOWN]


def past(patient: Patient) -> "QuerySet[Appointment]":
    """Return the visits that took place, the newest first."""
    rows = Appointment.objects.filter(patient=patient, state=AppointmentState.COMPLETED)
    return rows.select_related("clinician", "location", "type").order_by("-starts_at", "-id")[:PAST_SHOWN]


def way_to_visit(patient: Patient, public_id: object, now: datetime) -> str | None:
    """Return where one visit to come is confirmed, moved or cancelled."""
    visit = Appointment.objects.upcoming(now).filter(patient=patient, public_id=public_id).first()
    if visit is None:
        return None
    _link, token = link_for(purpose=managing.PURPOSE, patient=patient, about=visit, now=now, expires_at=visit.ends_at)
    return reverse("scheduling:manage_visit", args=[token])


def open_form(patient: Patient) -> Intake | None:
    """Return the form that waits to be filled in, if there is one."""
    found: Intake | None = Intake.objects.open().filter(patient=patient).first()
    return found


def advised(patient: Patient, now: datetime) -> InjectionSession | None:
    """Return the latest treatment whose advice is still kept."""
    found: InjectionSession | None = (
        InjectionSession.objects.filter(
            patient=patient, signed_at__isnull=False, void__isnull=True, injected_at__gt=now - aftercare.LINK_LIVES
        )
        .order_by("-injected_at", "-id")
        .first()
    )
    return found


def asked_lately(patient: Patient, now: datetime) -> Letter | None:
    """Return the newest letter that asks how the patient is and was not answered."""
    sent = Letter.objects.for_person(patient).of_kind(checking_in.LETTER).filter(state=states.SENT)
    newest: Letter | None = sent.filter(sent_at__gt=now - CHECK_IN_LIVES).order_by("-sent_at", "-id").first()
    links = AccessLink.objects.filter(purpose="check-in", about_public_id=newest.public_id) if newest else None
    is_over = links is not None and links.exclude(used_at=None, revoked_at=None).exists()
    return None if is_over else newest


def documents_of(patient: Patient) -> "QuerySet[Document]":
    """Return the documents that are the patient's to see: what they sent, and their permissions on paper."""
    rows = Document.objects.for_patient().filter(patient=patient).order_by("-added_at", "-id")
    return rows.prefetch_related("files")[:DOCUMENTS_SHOWN]


def document_file(patient: Patient, public_id: object) -> DocumentFile | None:
    """Return one file of them."""
    theirs = Document.objects.for_patient().filter(patient=patient)
    found: DocumentFile | None = (
        DocumentFile.objects.filter(document__in=theirs, public_id=public_id).select_related("document").first()
    )
    return found


def _to_wishes(patient: Patient, now: datetime) -> Made:
    link, token = link_for(
        purpose="preferences", patient=patient, about=patient, now=now, expires_at=now + reminders.LINK_LIVES
    )
    return link, reverse("patients:preferences", args=[token])


def _to_form(patient: Patient, now: datetime) -> Made | None:
    intake = open_form(patient)
    if intake is None:
        return None
    link, token = invitation_link(intake=intake, now=now)
    return link, reverse("patients:intake_open", args=[token])


def _to_advice(patient: Patient, now: datetime) -> Made | None:
    session = advised(patient, now)
    if session is None:
        return None
    until = now + aftercare.LINK_LIVES
    link, token = link_for(purpose=aftercare.PURPOSE, patient=patient, about=session, now=now, expires_at=until)
    return link, reverse("scheduling:aftercare", args=[token])


def _to_check_in(patient: Patient, now: datetime) -> Made | None:
    letter = asked_lately(patient, now)
    if letter is None:
        return None
    until = now + CHECK_IN_LIVES
    link, token = link_for(purpose="check-in", patient=patient, about=letter, now=now, expires_at=until)
    return link, reverse("scheduling:check_in", args=[token])


def _to_permissions(patient: Patient, now: datetime) -> Made:
    link, token = consents_link(patient=patient, now=now)
    return link, reverse("patients:consents_link", args=[token])


WAYS: Final[Mapping[str, Way]] = {
    "wishes": _to_wishes,
    "form": _to_form,
    "advice": _to_advice,
    "how-are-you": _to_check_in,
    "permissions": _to_permissions,
}
OPEN_WAYS: Final = frozenset({"wishes"})
"""Ways that need no code: what is mailed to somebody says nothing of their care."""
