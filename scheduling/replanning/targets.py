"""What a batch of follow-ups or visits should owe, beside the letters there are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from clinic.locations.models import Location
from clinic.outbox.models import RESEND, Letter
from clinic.outbox.refs import Ref
from scheduling import following_up, owing, policies, timing
from scheduling.changes import Standing, Written, waiting
from scheduling.following_up.catching_up import SOON
from scheduling.following_up.words import USEFUL_FOR
from scheduling.models import Appointment, FollowUp, VisitPolicy
from scheduling.policies import VisitRules

TO_GO = ("queued", "held")
FACTS = ("public_id", "cycle", "location", "book_by_on", "reminder_on", "where", "next_step_on")


@dataclass(frozen=True, slots=True)
class There:
    """The planned letters about one thing, by step: where each stands, and its row."""

    written: Mapping[int, Written]
    keys: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing whose letters are compared: what it is, for whom, in which edition, and what it should owe."""

    letter: str
    about: Ref
    person: UUID
    edition: str
    wanted: Mapping[int, datetime]
    there: There
    steps_on: Collection[int]
    """The steps the policy sends; one of them taken back gave way to a later one of its day."""
    until: datetime | None = None

    def not_after(self, due_at: datetime) -> datetime:
        """Return the moment after which a letter due then is of no use."""
        return self.until or due_at + USEFUL_FOR


NOTHING = There({}, {})


def of_follow_ups(pks: Collection[int], *, now: datetime) -> tuple[list[Target], dict[int, date]]:
    """Return the targets of these follow-ups, and the day from which a person calls where it is another one now.

    One that a person or the clinician works has none: what they do next owes its letters by the policy of that day.
    """
    in_force, places = policies.in_force(), policies.places(Location.objects.all(), now=now)
    rows = list(
        FollowUp.objects.open()
        .filter(pk__in=pks)
        .select_related("patient", "plan__condition")
        .only(*FACTS, "patient__public_id", "plan__condition__key")
        .order_by("pk")
    )
    whose = {row.public_id: (str(row.cycle), row.patient.public_id) for row in rows}
    letters = _letters(following_up.LETTER, "scheduling.followup", whose)
    catching_up = _catching_up({row.public_id: str(row.cycle) for row in rows})
    targets: list[Target] = []
    calls: dict[int, date] = {}
    for row in rows:
        there = letters.get(row.public_id, NOTHING)
        to_go = waiting(there.written)
        if row.where != following_up.LETTERS and not to_go:
            continue
        schedule = in_force.of(row.plan.condition.key)
        planned = timing.plan(
            schedule,
            reminder_on=row.reminder_on,
            book_by_on=row.book_by_on,
            lead_days=in_force.lead_days,
            now=now,
            place=places[row.location_id],
            waiting=to_go,
        )
        if row.next_step_on is not None and row.next_step_on != planned.calls_from:
            calls[row.pk] = planned.calls_from
        targets.append(
            Target(
                letter=following_up.LETTER,
                about=Ref("scheduling.followup", row.public_id),
                person=row.patient.public_id,
                edition=str(row.cycle),
                wanted=_beside(planned.letters, to_go, catching_up.get(row.public_id)),
                there=there,
                steps_on={rule.number for rule in schedule.steps},
            )
        )
    return targets, calls


def _catching_up(editions: Mapping[UUID, str]) -> dict[UUID, datetime]:
    """Return when the letter goes that makes up for what follow-ups missed, where one is on its way."""
    rows = Letter.objects.live().of_kind(following_up.LETTER).filter(about_public_id__in=list(editions))
    found = rows.exclude(edition__contains=RESEND).values_list("about_public_id", "edition", "due_at")
    return {about: due_at for about, edition, due_at in found if edition.startswith(f"{editions[about]}.")}


def _beside(
    wanted: Mapping[int, datetime], to_go: Collection[int], catching_up: datetime | None
) -> Mapping[int, datetime]:
    """Leave out a step owed only now, where the letter for the missed ones says the same in those days."""
    if catching_up is None:
        return wanted
    return {step: at for step, at in wanted.items() if step in to_go or abs(at - catching_up) > SOON}


def of_visits(
    pks: Collection[int],
    *,
    now: datetime,
    rules: Mapping[int, VisitRules] = MappingProxyType({}),
    places: Mapping[int, timing.Place] = MappingProxyType({}),
) -> list[Target]:
    """Return the targets of these visits: their reminders, by the policies in force, or by others to be looked at."""
    rules = {row.appointment_type_id: policies.rules_of(row) for row in VisitPolicy.objects.all()} | dict(rules)
    rows = list(Appointment.objects.upcoming(now).filter(pk__in=pks).select_related("type", "location", "patient"))
    whose = {row.public_id: (str(row.sequence), row.patient.public_id) for row in rows}
    letters = _letters(owing.REMINDER, "scheduling.appointment", whose)
    targets: list[Target] = []
    for row in rows:
        there = letters.get(row.public_id, NOTHING)
        days = (rules.get(row.type_id) or policies.house_rules(row.type)).reminder_days_before
        wanted = timing.visit_reminders(
            days,
            starts_at=row.starts_at,
            now=now,
            place=places.get(row.location_id) or timing.Place(row.location.zone, row.location.mail_from),
            waiting=waiting(there.written),
        )
        targets.append(
            Target(
                letter=owing.REMINDER,
                about=Ref("scheduling.appointment", row.public_id),
                person=row.patient.public_id,
                edition=str(row.sequence),
                wanted=wanted,
                there=there,
                steps_on=days,
                until=row.starts_at,
            )
        )
    return targets


def standing_of(state: str, *, attempt: int, reason: str) -> Standing:
    """Return where a letter stands, from its state in the outbox. Put off for this change, it waits as before."""
    if state in TO_GO:
        return Standing.TRIED if attempt and reason != policies.CHANGES else Standing.WAITING
    return Standing.TAKEN_BACK if state == "withdrawn" else Standing.GONE


def _letters(slug: str, about_type: str, whose: Mapping[UUID, tuple[str, UUID]]) -> dict[UUID, There]:
    """Return the planned letters about these things; what a person sent again, or owed beside the plan, is none.

    `whose` says of each thing its edition and its person. A letter to another is one to a record that was made one with
    theirs, or two again: what went counts, what did not is none of theirs.
    """
    found: dict[UUID, tuple[dict[int, Written], dict[int, int]]] = {}
    rows = Letter.objects.filter(letter=slug, about_type=about_type, about_public_id__in=list(whose))
    names = ("pk", "about_public_id", "person_public_id", "edition", "step", "state", "attempt", "reason", "due_at")
    for pk, about, person, edition, step, state, attempt, reason, due_at in rows.values_list(*names):
        its_edition, its_person = whose[about]
        is_gone = state in owing.GONE
        if edition == its_edition and step.isdigit() and (person == its_person or is_gone):
            written, keys = found.setdefault(about, ({}, {}))
            if is_gone or int(step) not in written:
                written[int(step)] = Written(standing_of(state, attempt=attempt, reason=reason), due_at)
                keys[int(step)] = pk
    return {about: There(*both) for about, both in found.items()}
