"""Letters in the days after a session: what to mind, and how the patient is."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.lib.days import day_of
from clinic.outbox.links import Links
from clinic.outbox.refs import Ref
from clinic.outbox.registry import Later, Promise, Recipient, Rendered, Suppressed
from patients.letters import PatientLetter
from patients.links import link_for
from patients.reminders import Reminder, page_href, ways_out
from patients.topics import Topic
from scheduling import aftercare, checking_in, policies
from scheduling.by_link import LINK_LIVES
from scheduling.letters.reminders import held_for_the_clinician, no_more
from treatments import leaflets
from treatments.event_story import has_unresolved_serious
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import InjectionSession


class Aftercare(PatientLetter):
    """What to mind after a session and when to get help, once; no reminder, so no wish holds it back."""

    slug: ClassVar[str] = aftercare.LETTER
    rank: ClassVar[int | None] = 1
    title = gettext_lazy("Advice after a visit")
    waits_for_the_morning = True

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:  # noqa: ARG002
        """While the session stands and no other letter of that day says the same."""
        session = InjectionSession.objects.select_related("void").get(public_id=promise.about)
        if hasattr(session, "void"):
            return Suppressed(reason="session_voided", where="closed", text=_("The session was voided."))
        if not policies.around_session(session).sends_aftercare:
            return no_more(reason=policies.OFF)
        if aftercare.is_told_by_another(promise, session=session):
            return no_more(reason="told_already")
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """The whole advice, and a page to keep: no word of what for."""
        session = InjectionSession.objects.select_related("patient__location", "clinician", "location").get(
            public_id=promise.about
        )
        link, token = link_for(
            purpose=aftercare.PURPOSE,
            patient=session.patient,
            about=session,
            now=now,
            expires_at=now + aftercare.LINK_LIVES,
        )
        return self.write(
            self.patient(promise),
            {
                "advice": aftercare.advice_of(session),
                "href": links.to("scheduling:aftercare", token=token),
                "page_href": page_href(session.patient, links=links, now=now),
                "read_href": links.absolute(leaflets.way_to(leaflets.AFTERWARDS, session.location)),
                "until": day_of(link.expires_at, session.location.zone),
            },
        )


class CheckIn(Reminder):
    """How are you? A link to a page with a few questions, on the days a session owes."""

    slug: ClassVar[str] = checking_in.LETTER
    rank: ClassVar[int | None] = 5
    topic: ClassVar[Topic] = Topic.CHECK_INS
    title = gettext_lazy("How are you since your visit?")

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:  # noqa: ARG002 - the outbox's shape
        """While the session stands, somebody answers, and no other letter says the same."""
        session = InjectionSession.objects.select_related("plan", "void", "patient", "location").get(
            public_id=promise.about
        )
        about = Ref(promise.about_type, promise.about)
        if hasattr(session, "void"):
            return Suppressed(reason="session_voided", where="closed", text=_("The session was voided."))
        if has_unresolved_serious(session.patient):
            return held_for_the_clinician()
        if not policies.around_session(session).asks_check_ins:
            return no_more(reason=policies.OFF)
        if checking_in.is_unanswered(about):
            return no_more(reason="not_answered")
        if checking_in.is_asked_by_another(promise, session=session):
            return no_more(reason="asked_already")
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """A few questions and a link: no word of what for."""
        patient = self.patient(promise)
        letter = Ref("outbox.letter", promise.public_id)
        until = now + LINK_LIVES
        link, token = link_for(purpose="check-in", patient=patient, about=letter, now=now, expires_at=until)
        days = int(promise.step)
        return self.write(
            patient,
            {
                "days": days,
                "weeks": 0 if days % DAYS_IN_WEEK else days // DAYS_IN_WEEK,
                "asks_scores": days >= checking_in.first_score_after(),
                "href": links.to("scheduling:check_in", token=token),
                **ways_out(patient, links=links, now=now),
                "until": day_of(link.expires_at, patient.location.zone),
            },
        )
