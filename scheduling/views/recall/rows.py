"""One row of the list as the page draws it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from clinic.outbox.models import Letter
from patients.closing import mark_closed
from scheduling import recall
from scheduling.models import AppointmentKind, AppointmentType, FollowUp
from scheduling.recall import Contact
from scheduling.standing import LETTERS
from scheduling.views.recall import words
from scheduling.views.recall.asked import Asked

BEHIND, AHEAD = timedelta(weeks=8), timedelta(weeks=4)
"""What the axis shows around today; what lies outside is drawn at its edge."""
AXIS = 168
"""Its width in the drawing's own units: today is one line down the page."""
BESIDE = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """Where relief is likely, where it fades and when the patient is to be back, in the drawing's units."""

    on: str
    fading: str
    fades_at: str
    back: str
    today: str


@dataclass(frozen=True, slots=True)
class Row:
    """A follow-up with what was tried, and where its two next steps lead."""

    follow_up: FollowUp
    group: str
    contact: Contact
    bar: Bar
    book_href: str
    call_href: str
    way_on: str

    @property
    def facts(self) -> dict[str, Any]:
        """Words for the cells."""
        found, contact, zone = self.follow_up, self.contact, self.follow_up.location.zone
        last: Letter | None = contact.letters[0] if contact.letters else None
        coming = contact.next_letter if found.where == LETTERS else None
        return {
            "badge": words.TITLES[self.group],
            "tone": words.tone(self.group),
            "why": words.WHY.get(found.reason, ""),
            "letter": words.letter(last, zone) if last else "",
            "letter_state": last.get_state_display() if last else "",
            "letter_tone": words.LETTER_TONES.get(last.state, "") if last else "",
            "next_letter": words.letter(coming, zone) if coming else "",
        }


def rows_of(asked: Asked, follow_ups: list[FollowUp], *, page: int) -> list[Row]:
    """Return the rows of one page. Four queries, whatever their number."""
    contacts = recall.contacts(follow_ups, now=asked.now)
    mark_closed([row.patient for row in follow_ups], asked.user)
    kind = kind_booked()
    here = f"{reverse('scheduling:recall')}?{asked.encoded}&page={page}"
    found = []
    for number, row in enumerate(follow_ups):
        beside = follow_ups[number + 1] if number + 1 < len(follow_ups) else follow_ups[max(0, number - 1)]
        way_on = f"{here}#{anchor(beside.public_id)}"
        found.append(
            Row(
                follow_up=row,
                group=row.group,  # type: ignore[attr-defined] # annotated
                contact=contacts[row.pk],
                bar=_bar(row, asked.today),
                book_href=book_address(row, kind, today=asked.today, back=way_on),
                call_href=f"{here}&open={row.public_id}#{anchor(row.public_id)}",
                way_on=way_on,
            )
        )
    return found


def anchor(public_id: UUID) -> str:
    """Return the place of a row on the page."""
    return f"r-{public_id}"


def kind_booked() -> AppointmentType | None:
    """Return the kind of visit that keeps a follow-up."""
    found: AppointmentType | None = AppointmentType.objects.filter(
        is_active=True, kind=AppointmentKind.INJECTION
    ).first()
    return found


def book_address(row: FollowUp, kind: AppointmentType | None, *, today: date, back: str) -> str:
    """Return the booking of this row: its patient, clinician and kind of visit, from the earliest day on."""
    query = QueryDict(mutable=True)
    query["patient"] = str(row.patient.public_id)
    query["follow_up"] = str(row.public_id)
    if kind:
        query["type"] = str(kind.public_id)
    query["clinician"] = str(row.plan.clinician.public_id)
    query["day"] = max(today, row.earliest_on).isoformat()
    query["back"] = back
    return f"{reverse('scheduling:book')}?{query.urlencode()}"


def _bar(row: FollowUp, today: date) -> Bar:
    fades_from, gone_by = row.wears_off_from_on or row.book_by_on, row.wears_off_until_on or row.book_by_on
    start, end = _x(fades_from, today), _x(gone_by, today)
    back = min(AXIS - BESIDE, max(BESIDE, _x(row.book_by_on, today)))
    today_at = _x(today, today)
    numbers = {"on": start, "fading": end - start, "fades_at": start, "back": back, "today": today_at}
    return Bar(**{name: f"{number:.1f}" for name, number in numbers.items()})


def _x(day: date, today: date) -> float:
    whole = (BEHIND + AHEAD).days
    return min(AXIS, max(0, AXIS * (day - (today - BEHIND)).days / whole))
