"""The reminder that books the next visit."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.lib.days import day_of
from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.refs import Ref
from clinic.outbox.registry import Later, Promise, Recipient, Rendered, Suppressed
from clinic.outbox.returned import Kind
from patients.links import link_for
from patients.reminders import Reminder, ways_out
from patients.topics import Topic
from scheduling import following_up, policies, replanning, standing
from scheduling.by_link import LINK_LIVES
from scheduling.letters.reminders import held_for_the_clinician, no_more
from scheduling.models import FollowUp
from treatments.event_story import has_unresolved_serious

ASK_AGAIN = timedelta(minutes=10)


class FollowUpDue(Reminder):
    """Time to plan the next visit, with a link that books it: the steps of a follow-up, each once."""

    slug: ClassVar[str] = "follow_up_due"
    rank: ClassVar[int | None] = 4
    topic: ClassVar[Topic] = Topic.NEXT_VISIT
    title = gettext_lazy("Time to plan the next visit")

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While nothing is booked for the plan and the plan goes on."""
        follow_up = self._follow_up(promise)
        if follow_up.state == "booked":
            return no_more(reason="visit_booked")
        if follow_up.state not in standing.OPEN:
            return Suppressed(reason=follow_up.reason or "closed", where="closed", text=_("This follow-up is closed."))
        is_held = has_unresolved_serious(follow_up.patient)
        if is_held or follow_up.plan.state == "paused":
            paused = Suppressed(reason="plan_paused", where="clinician_list", text=_("The plan is paused."))
            return held_for_the_clinician() if is_held else paused
        if follow_up.plan.state != "active":
            return Suppressed(reason="plan_ended", where="closed", text=_("The plan has ended."))
        if self._is_overtaken(promise, now=now):
            return no_more(reason="later_step")
        return None if promise.resend else self._not_now(follow_up, now=now)

    def _not_now(self, follow_up: FollowUp, *, now: datetime) -> Later | None:
        """Say when to ask again: after a change of policy on its way to this letter, or when somebody is there."""
        if replanning.is_on_its_way_to(follow_up, now=now):
            return Later(until=now + ASK_AGAIN, reason=policies.CHANGES)
        place = policies.places([follow_up.location], now=now)[follow_up.location_id]
        today = day_of(now, place.zone)
        opens_on = place.open_day(today)
        return None if opens_on == today else Later(until=place.morning(opens_on), reason=policies.CLOSED_DAY)

    def _is_overtaken(self, promise: Promise, *, now: datetime) -> bool:
        """Say whether a later step is due too: after days without a worker one letter goes, not three."""
        owed = Letter.objects.about(Ref(promise.about_type, promise.about)).of_kind(self.slug)
        return owed.filter(due_at__gt=promise.due_at, due_at__lte=now, state__in=("queued", "sending", "sent")).exists()

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """A week that suits and a link: no word of what for."""
        follow_up = self._follow_up(promise)
        today = day_of(now, follow_up.location.zone)
        day = max(follow_up.book_by_on, today)
        until = now + LINK_LIVES
        link, token = link_for(purpose="book", patient=follow_up.patient, about=follow_up, now=now, expires_at=until)
        return self.write(
            self.patient(promise),
            {
                "href": links.to("scheduling:book_by_link", token=token),
                **ways_out(follow_up.patient, links=links, now=now),
                "monday": day - timedelta(days=day.weekday()),
                "until": day_of(link.expires_at, follow_up.location.zone),
                "is_overdue": today > follow_up.book_by_on,
            },
        )

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

    def came_back(self, promise: Promise, *, kind: Kind, now: datetime) -> None:  # noqa: ARG002 - the outbox's shape
        """A letter that did not arrive reminded nobody: a person calls."""
        if kind in {Kind.HARD, Kind.SOFT}:
            following_up.came_back(follow_up_id=promise.about)

    def _follow_up(self, promise: Promise) -> FollowUp:
        found: FollowUp = FollowUp.objects.select_related("patient", "location", "plan__condition").get(
            public_id=promise.about
        )
        return found
