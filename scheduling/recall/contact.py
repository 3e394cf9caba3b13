"""How a patient on the list was reached so far: calls, letters, a visit. Three queries for a whole page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clinic.outbox.models import Letter
from scheduling import call_outcomes, following_up
from scheduling.models import Appointment, Call, FollowUp

ABOUT = "scheduling.followup"
TRIED = ("sending", "sent", "failed", "uncertain")
WAITING = ("queued", "held")


@dataclass(slots=True)
class Contact:
    """Calls that stand, the newest first; the letters tried and the next one to go; the visit booked."""

    calls: list[Call] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    next_letter: Letter | None = None
    visit: Appointment | None = None

    @property
    def calls_in_vain(self) -> int:
        """How many calls in a row reached nobody."""
        return call_outcomes.in_vain([call.outcome for call in self.calls])

    @property
    def may_give_up(self) -> bool:
        """Whether so many were in vain that giving up is offered."""
        return self.calls_in_vain >= call_outcomes.GIVE_UP_AFTER


def contacts(follow_ups: Sequence[FollowUp], *, now: datetime) -> dict[int, Contact]:
    """Return what was tried, by the follow-up's key."""
    found: dict[int, Contact] = defaultdict(Contact)
    by_id = {row.public_id: row.pk for row in follow_ups}
    for call in Call.objects.standing().filter(follow_up__in=by_id.values()).select_related("by"):
        found[call.follow_up_id].calls.append(call)
    letters = (
        Letter.objects.of_kind(following_up.LETTER)
        .filter(about_type=ABOUT, about_public_id__in=list(by_id), state__in=(*TRIED, *WAITING))
        .defer("text_sent", "html_sent")
    )
    for letter in letters.order_by("-due_at", "-id"):
        contact = found[by_id[letter.about_public_id]]
        if letter.state in TRIED:
            contact.letters.append(letter)
        else:
            contact.next_letter = letter  # the last one seen is the first to go
    visits = Appointment.objects.upcoming(now).filter(follow_up__in=by_id.values()).select_related("location")
    for visit in visits.order_by("-starts_at"):
        found[visit.follow_up_id].visit = visit
    return found
