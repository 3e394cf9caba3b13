"""Letters about one visit: booked, moved, cancelled, and what comes before it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from clinic.lib.days import day_of
from clinic.outbox.links import Links
from clinic.outbox.registry import Later, Promise, Recipient, Rendered, Suppressed
from patients.intake import invitation_link
from patients.letters import PatientLetter
from patients.links import link_for
from patients.models import Intake
from patients.reminders import Reminder, page_href, ways_out
from patients.topics import Topic
from scheduling import again, confirming, ical, managing, nudging, owing, policies
from scheduling.letters.calendar_part import calendar_part, facts_of
from scheduling.letters.reminders import no_more
from scheduling.models import Appointment
from treatments import leaflets


class VisitLetter(PatientLetter):
    """A letter about one visit; somebody waits for it, so it goes at any hour."""

    wanted_in: ClassVar[frozenset[str]] = frozenset({"booked", "confirmed"})
    #: What it asks of the patient's calendar; None where it tells nothing new.
    calendar_method: ClassVar[str | None] = None

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While the visit stands as the letter says it."""
        visit = Appointment.objects.get(public_id=promise.about)
        if visit.starts_at <= now:
            return no_more(reason="visit_over")
        if visit.state not in self.wanted_in:
            return no_more(reason="visit_changed")
        if promise.edition and str(visit.sequence) != promise.edition:
            return no_more(reason="newer_letter")
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:
        """When, with whom and where: no word of what for."""
        visit = Appointment.objects.select_related("clinician", "location", "type", "patient", "follow_up").get(
            public_id=promise.about
        )
        said = self.write(self.patient(promise), self.words(visit, links=links, now=now))
        if self.calendar_method is None:
            return said
        part = calendar_part(visit, method=self.calendar_method, address=recipient.address, now=now)
        return replace(said, calendar=part)

    def words(self, visit: Appointment, *, links: Links, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - for kinds that link
        """Return what the templates need."""
        return {"visit": visit, **facts_of(visit)}


class ChangeableVisit(VisitLetter):
    """A letter about a visit that stands: what to read before it, and the links of its patient.

    One confirms, moves or cancels it; one is the patient's own page. What anybody may read needs no link of theirs.
    """

    def words(self, visit: Appointment, *, links: Links, now: datetime) -> dict[str, Any]:
        """Add them, and until when the visit may be changed, while it still may."""
        words = super().words(visit, links=links, now=now)
        words["read_href"] = links.absolute(leaflets.way_to(leaflets.AT_THE_VISIT, visit.location))
        words["page_href"] = page_href(visit.patient, links=links, now=now)
        until = managing.changes_until(visit)
        if until > now:
            _link, token = link_for(
                purpose=managing.PURPOSE, patient=visit.patient, about=visit, now=now, expires_at=visit.ends_at
            )
            words["manage_href"] = links.to("scheduling:manage_visit", token=token)
            words["changes_until"] = until.astimezone(visit.location.zone).replace(tzinfo=None)
        return words


class AppointmentConfirmed(ChangeableVisit):
    """A visit was booked."""

    slug: ClassVar[str] = "appointment_confirmed"
    calendar_method: ClassVar[str | None] = ical.REQUEST
    title = gettext_lazy("Visit confirmed")


class AppointmentMoved(ChangeableVisit):
    """A visit was moved."""

    slug: ClassVar[str] = "appointment_moved"
    calendar_method: ClassVar[str | None] = ical.REQUEST
    title = gettext_lazy("Visit moved")


class AppointmentCancelled(VisitLetter):
    """A visit was cancelled."""

    slug: ClassVar[str] = "appointment_cancelled"
    calendar_method: ClassVar[str | None] = ical.CANCEL
    title = gettext_lazy("Visit cancelled")
    wanted_in: ClassVar[frozenset[str]] = frozenset({"cancelled"})

    def words(self, visit: Appointment, *, links: Links, now: datetime) -> dict[str, Any]:
        """Add where the patient books another time by themselves, if they may."""
        words, way = super().words(visit, links=links, now=now), again.way_to_book(visit, now=now)
        if way is not None:
            words |= {"href": links.absolute(way.path), "until": way.until}
        return words


class AppointmentReminder(Reminder, ChangeableVisit):
    """A visit is near: where and when, and a button that says the patient comes."""

    slug: ClassVar[str] = owing.REMINDER
    rank: ClassVar[int | None] = 2
    topic: ClassVar[Topic] = Topic.BEFORE_VISIT
    goes_on_closed_days: ClassVar[bool] = True  # put off it would come too late
    title = gettext_lazy("Reminder before a visit")

    def words(self, visit: Appointment, *, links: Links, now: datetime) -> dict[str, Any]:
        """Add the button, unless the patient said so before."""
        is_confirmed = visit.state == "confirmed"
        words = super().words(visit, links=links, now=now)
        words |= {"is_confirmed": is_confirmed, **ways_out(visit.patient, links=links, now=now)}
        if not is_confirmed:
            _link, token = link_for(
                purpose=confirming.PURPOSE, patient=visit.patient, about=visit, now=now, expires_at=visit.ends_at
            )
            words["href"] = links.to("scheduling:confirm_visit", token=token)
        return words


class IntakeNudge(VisitLetter):
    """The form before a first visit has not come: asked once more, with the same link, in waking hours."""

    slug: ClassVar[str] = nudging.LETTER
    rank: ClassVar[int | None] = 3
    title = gettext_lazy("Asked again for the intake form")
    waits_for_the_morning = True

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While the visit stands and the form is not sent; nobody at the desk is typing it in either."""
        refused = super().still_wanted(promise, now=now)
        if refused is not None:
            return refused
        visit = Appointment.objects.select_related("type").get(public_id=promise.about)
        if policies.visit_policy(visit.type).nudge_days_before is None:
            return no_more(reason=policies.OFF)
        intake = Intake.objects.open().filter(patient__public_id=promise.person).first()
        if intake is None:
            return no_more(reason="form_sent")
        if intake.entered_by_id is not None:
            return no_more(reason="at_the_desk")
        return None

    def words(self, visit: Appointment, *, links: Links, now: datetime) -> dict[str, Any]:
        """Add the link of the invitation."""
        link, token = invitation_link(intake=Intake.objects.open().get(patient=visit.patient), now=now)
        return super().words(visit, links=links, now=now) | {
            "href": links.to("patients:intake_open", token=token),
            "until": day_of(link.expires_at, visit.location.zone),
        }
