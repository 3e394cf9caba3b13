"""The record's one letter, to staff: a patient needs somebody, without a word of who or why."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.locations.letterhead import written
from clinic.outbox.links import Links
from clinic.outbox.registry import Later, LetterKind, Promise, Recipient, Rendered, Suppressed
from clinic.outbox.returned import Kind
from clinic.staff.models import User
from treatments.calling import LETTER, call_next
from treatments.models import SymptomReport, Urgency


class PatientNeedsYou(LetterKind):
    """Somebody is called to a report: any hour where it is urgent, else in the location's waking hours."""

    slug: ClassVar[str] = LETTER
    title = gettext_lazy("A colleague called to a patient")

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:  # noqa: ARG002 - the outbox's shape
        """The person who was called, while they may sign in."""
        person = User.objects.get(public_id=promise.person)
        report = _report(promise)
        location = report.patient.location
        if not person.is_active:
            return Suppressed(reason="may_not_sign_in", where="closed", text=_("This person no longer works here."))
        waits = report.level != Urgency.URGENT
        return Recipient(
            address=person.email,
            name=person.full_name,
            language="en",
            zone=location.time_zone,
            mail_from=location.mail_from if waits else None,
            mail_until=location.mail_until if waits else None,
        )

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:  # noqa: ARG002 - the outbox's shape
        """Until somebody has answered."""
        if hasattr(_report(promise), "answer"):
            return Suppressed(reason="answered", where="closed", text=_("Somebody has seen to it already."))
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """Only that somebody is needed, and where to look after signing in."""
        report = _report(promise)
        context = {
            "href": links.to("report_by_letter", report.public_id),
            "is_urgent": report.level == Urgency.URGENT,
        }
        return written(self.slug, report.patient.location, name=recipient.name, context=context)

    def ended(self, promise: Promise, *, state: str, reason: str, now: datetime) -> None:  # noqa: ARG002 - the outbox's shape
        """A letter that did not reach its reader calls the next person at once."""
        report = _report(promise)
        if report.level == Urgency.URGENT and state in {"failed", "uncertain", "lapsed"}:
            call_next(report=report, now=now, at_once=True)

    def came_back(self, promise: Promise, *, kind: Kind, now: datetime) -> None:
        """A letter that came back was read by nobody: the next person is called at once."""
        report = _report(promise)
        if report.level == Urgency.URGENT and kind in {Kind.HARD, Kind.SOFT} and not hasattr(report, "answer"):
            call_next(report=report, now=now, at_once=True)


def _report(promise: Promise) -> SymptomReport:
    found: SymptomReport = SymptomReport.objects.select_related("patient__location", "session", "answer").get(
        public_id=promise.about
    )
    return found
