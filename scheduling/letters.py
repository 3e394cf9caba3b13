"""The calendar's letters: a visit booked, moved or cancelled, and the reminder that books the next one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.refs import Ref
from clinic.outbox.registry import Later, LetterKind, Promise, Recipient, Rendered, Suppressed
from patients.letters import PatientLetter
from patients.links import link_for
from patients.models import Patient
from scheduling import checking_in, following_up
from scheduling.models import Appointment, FollowUp
from treatments.event_story import has_unresolved_serious
from treatments.models import InjectionSession

LINK_LIVES = timedelta(days=45)
"""A letter's link to choose a time works so long."""


class VisitLetter(PatientLetter):
    """A letter about one visit; somebody waits for it, so it goes at any hour."""

    wanted_in: ClassVar[frozenset[str]] = frozenset({"booked", "confirmed"})

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While the visit stands as the letter says it."""
        visit = Appointment.objects.get(public_id=promise.about)
        if visit.starts_at <= now:
            return Suppressed(reason="visit_over", where="closed", text=_("The visit's time has gone by."))
        if visit.state not in self.wanted_in:
            return Suppressed(reason="visit_changed", where="closed", text=_("The visit was changed meanwhile."))
        if str(visit.sequence) != promise.edition:
            return Suppressed(reason="newer_letter", where="closed", text=_("A newer letter says where the visit is."))
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """When, with whom and where: no word of what for."""
        visit = Appointment.objects.select_related("clinician", "location", "type", "patient").get(
            public_id=promise.about
        )
        return self.write(promise, self.words(visit, links=links, now=now))

    def words(self, visit: Appointment, *, links: Links, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - for kinds that link
        """Return what the templates need."""
        zone = visit.location.zone
        return {
            "visit": visit,
            "starts": visit.starts_at.astimezone(zone).replace(tzinfo=None),
            "ends": visit.ends_at.astimezone(zone).replace(tzinfo=None),
            "clinician": visit.clinician.full_name,
        }


class AppointmentConfirmed(VisitLetter):
    """A visit was booked."""

    slug: ClassVar[str] = "appointment_confirmed"
    title = gettext_lazy("Visit confirmed")


class AppointmentMoved(VisitLetter):
    """A visit was moved."""

    slug: ClassVar[str] = "appointment_moved"
    title = gettext_lazy("Visit moved")


class AppointmentCancelled(VisitLetter):
    """A visit was cancelled."""

    slug: ClassVar[str] = "appointment_cancelled"
    title = gettext_lazy("Visit cancelled")
    wanted_in: ClassVar[frozenset[str]] = frozenset({"cancelled"})


class FollowUpDue(PatientLetter):
    """Time to plan the next visit, with a link that books it: steps 1 to 3 of a follow-up, each once."""

    slug: ClassVar[str] = "follow_up_due"
    title = gettext_lazy("Time to plan the next visit")

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:
        """Whoever still wants reminders, in waking hours of the location."""
        return who_wants_reminders(self.patient(promise), super().recipient(promise, now=now))

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While nothing is booked for the plan and the plan goes on."""
        follow_up = self._follow_up(promise)
        if follow_up.state == "booked":
            return Suppressed(reason="visit_booked", where="closed", text=_("The next visit is booked."))
        if follow_up.state not in {"pending", "reminded"}:
            return Suppressed(reason=follow_up.reason or "closed", where="closed", text=_("This follow-up is closed."))
        is_held = has_unresolved_serious(follow_up.patient)
        if is_held or follow_up.plan.state == "paused":
            paused = Suppressed(reason="plan_paused", where="clinician_list", text=_("The plan is paused."))
            return held_for_the_clinician() if is_held else paused
        if follow_up.plan.state != "active":
            return Suppressed(reason="plan_ended", where="closed", text=_("The plan has ended."))
        if self._is_overtaken(promise, now=now):
            return Suppressed(reason="later_step", where="closed", text=_("A later letter of the same kind is due."))
        return None

    def _is_overtaken(self, promise: Promise, *, now: datetime) -> bool:
        """Say whether a later step is due too: after days without a worker one letter goes, not three."""
        owed = Letter.objects.about(Ref(promise.about_type, promise.about)).of_kind(self.slug)
        return owed.filter(step__gt=promise.step, state__in=("queued", "sending", "sent"), due_at__lte=now).exists()

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """A week that suits and a link: no word of what for."""
        follow_up = self._follow_up(promise)
        day = max(follow_up.book_by_on, now.astimezone(follow_up.location.zone).date())
        until = now + LINK_LIVES
        link, token = link_for(purpose="book", patient=follow_up.patient, about=follow_up, now=now, expires_at=until)
        return self.write(
            promise,
            {
                "href": links.to("scheduling:book_by_link", token=token),
                "stop_href": stop_href(follow_up.patient, links=links, now=now),
                "monday": day - timedelta(days=day.weekday()),
                "until": link.expires_at.astimezone(follow_up.location.zone).date(),
                "is_overdue": promise.step == "3",
            },
        )

    def list_unsubscribe(self, promise: Promise, *, links: Links) -> str | None:
        """One click stops the reminders (RFC 8058)."""
        return stop_href(self.patient(promise), links=links, now=promise.due_at)

    def ended(self, promise: Promise, *, state: str, reason: str, now: datetime) -> None:  # noqa: ARG002 - the outbox's shape
        """Note what became of the step: reminded, or somebody's list."""
        if state == "sent":
            following_up.reminded(follow_up_id=promise.about, step=int(promise.step))
        elif state in {"failed", "uncertain"}:
            following_up.hand_to_a_person(follow_up_id=promise.about, where="call_list", reason=state)
        elif state == "withdrawn" and reason == following_up.SERIOUS:
            following_up.hand_to_a_person(follow_up_id=promise.about, where="clinician_list", reason=reason)
        elif state == "withdrawn" and reason in {"opted_out", "no_address", "address_suspended"}:
            following_up.hand_to_a_person(follow_up_id=promise.about, where="call_list", reason=reason)

    def _follow_up(self, promise: Promise) -> FollowUp:
        found: FollowUp = FollowUp.objects.select_related("patient", "location", "plan").get(public_id=promise.about)
        return found


class CheckIn(PatientLetter):
    """How are you? A link to a page with a few questions, on the days a session owes."""

    slug: ClassVar[str] = checking_in.LETTER
    title = gettext_lazy("How are you since your visit?")

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:
        """Whoever still wants reminders, in waking hours of the location."""
        return who_wants_reminders(self.patient(promise), super().recipient(promise, now=now))

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While the session stands, somebody answers, and no other letter says the same."""
        session = InjectionSession.objects.select_related("plan", "void", "patient").get(public_id=promise.about)
        about = Ref(promise.about_type, promise.about)
        if hasattr(session, "void"):
            return Suppressed(reason="session_voided", where="closed", text=_("The session was voided."))
        if has_unresolved_serious(session.patient):
            return held_for_the_clinician()
        if checking_in.is_unanswered(about):
            text = _("The last questions of this kind were not answered.")
            return Suppressed(reason="not_answered", where="closed", text=text)
        if checking_in.is_asked_by_another(promise):
            return Suppressed(reason="asked_already", where="closed", text=_("Another letter asks the same."))
        if checking_in.is_written_to_today(promise, now=now):
            return Later(until=now + checking_in.A_DAY, reason="one_letter_a_day")
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """A few questions and a link: no word of what for."""
        patient = self.patient(promise)
        letter = Ref("outbox.letter", promise.public_id)
        until = now + LINK_LIVES
        link, token = link_for(purpose="check-in", patient=patient, about=letter, now=now, expires_at=until)
        return self.write(
            promise,
            {
                "href": links.to("scheduling:check_in", token=token),
                "stop_href": stop_href(patient, links=links, now=now),
                "until": link.expires_at.astimezone(patient.location.zone).date(),
            },
        )

    def list_unsubscribe(self, promise: Promise, *, links: Links) -> str | None:
        """One click stops the reminders (RFC 8058)."""
        return stop_href(self.patient(promise), links=links, now=promise.due_at)


def who_wants_reminders(patient: Patient, found: Recipient | Suppressed) -> Recipient | Suppressed:
    """Return the recipient in waking hours of the location, or why none may be written to."""
    if isinstance(found, Suppressed):
        return found
    if not patient.wants_reminders:
        text = _("The patient wants no reminders by e-mail.")
        return Suppressed(reason="opted_out", where="call_list", text=text)
    return replace(found, mail_from=patient.location.mail_from, mail_until=patient.location.mail_until)


def held_for_the_clinician() -> Suppressed:
    """Return why nothing goes to a patient whom the clinician looks after first."""
    text = _(following_up.WAITS)
    return Suppressed(reason=following_up.SERIOUS, where="clinician_list", text=text)


def stop_href(patient: Patient, *, links: Links, now: datetime) -> str:
    """Return the address where one press stops the reminders."""
    _link, token = link_for(
        purpose="stop-reminders", patient=patient, about=patient, now=now, expires_at=now + timedelta(days=365)
    )
    return links.to("scheduling:stop_reminders", token=token)


KINDS: tuple[type[LetterKind], ...] = (
    AppointmentConfirmed,
    AppointmentMoved,
    AppointmentCancelled,
    FollowUpDue,
    CheckIn,
)
