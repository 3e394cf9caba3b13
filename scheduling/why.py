"""Why did this patient (not) get a mail? In sentences, from rows: what went, what goes next, where they are instead.

The front desk reads no clinical word; a clinician reads which of the clinician's reasons it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F
from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.outbox import deeds as outbox
from clinic.outbox import registry
from clinic.outbox.models import Letter
from patients.models import Patient
from patients.reminders import kept_from
from scheduling import following_up, standing
from scheduling.models import Appointment, FollowUp
from scheduling.reasons import of_letter, sentence

FOLLOW_UPS_SHOWN = 4

CLINICAL: Final[dict[str, LazyText]] = {
    "no_effect": gettext_lazy("By the scores the last session had no effect: no reminder goes until you decide."),
    "serious_event": gettext_lazy("A serious adverse event is not over: no reminder goes until it is."),
    "plan_paused": gettext_lazy("The plan is paused: no reminder goes until it is taken up again."),
    "plan_stopped": gettext_lazy("The plan was stopped."),
    "plan_completed": gettext_lazy("The plan is completed."),
    "session_voided": gettext_lazy("The session it was counted from was voided."),
    "wearing_off": gettext_lazy("The patient said that it is wearing off."),
}
"""What a clinician reads instead of the desk's sentence."""

_WHEN_BOOKED = gettext_lazy("A visit that is booked ends this.")
_BY_ADDRESS = gettext_lazy("With an address that works, letters go again.")
_BY_CLINICIAN = gettext_lazy("The clinician decides when letters go again.")
_TAKE_UP = gettext_lazy("If that changes, it can be taken up again.")
_NEXT_SESSION = gettext_lazy("The next visit of this kind starts it anew.")

CHANGES: Final[dict[str, LazyText]] = {
    "wearing_off": _WHEN_BOOKED,
    "minimum_interval": _WHEN_BOOKED,
    "visit_cancelled": _WHEN_BOOKED,
    "opted_out": gettext_lazy("If the patient asks for reminders again, letters go again."),
    "no_address": _BY_ADDRESS,
    "address_suspended": _BY_ADDRESS,
    "failed": _BY_ADDRESS,
    "uncertain": gettext_lazy("Whether it arrived can be asked when they are rung."),
    "no_answer": _WHEN_BOOKED,
    "day_has_passed": _WHEN_BOOKED,
    "visit_no_show": _WHEN_BOOKED,
    "visit_left": _WHEN_BOOKED,
    "visit_gone_by": _WHEN_BOOKED,
    "visit_too_early": gettext_lazy("The visit must be moved to the earliest permitted day or later."),
    "no_effect": _BY_CLINICIAN,
    "serious_event": _BY_CLINICIAN,
    "plan_paused": _BY_CLINICIAN,
    "treated": _NEXT_SESSION,
    "will_not_come": _TAKE_UP,
    "gave_up": _TAKE_UP,
    "treated_elsewhere": _TAKE_UP,
    "transferred": _TAKE_UP,
    "plan_stopped": _NEXT_SESSION,
    "plan_completed": _NEXT_SESSION,
    "session_voided": _NEXT_SESSION,
    "restricted": gettext_lazy("Reminders go again when the clinic manager lifts the restriction."),
    "deceased": gettext_lazy("If the day of death was a mistake, correct the record: reminders then go again."),
    "merged_away": gettext_lazy("The record it was merged into goes on."),
}
"""What would change it, for each reason a follow-up may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The rows a story is told from."""

    patient: Patient
    last_sent: Letter | None
    next_planned: Letter | None
    last_not_gone: Letter | None
    follow_ups: Sequence[FollowUp]
    visits: dict[int, Appointment]
    is_on_hold: bool


def known_of(patient: Patient, *, now: datetime) -> Known:
    """Read the rows. Six queries, however many letters and plans there are."""
    theirs = Letter.objects.for_person(patient)
    latest = FollowUp.objects.filter(patient=patient).order_by("plan_id", "-cycle").distinct("plan_id").values("pk")
    follow_ups = list(
        FollowUp.objects.filter(pk__in=latest)
        .select_related("plan__clinician", "location", "closed_by")
        .order_by(F("closed_at").desc(nulls_first=True), "book_by_on", "id")[:FOLLOW_UPS_SHOWN]
    )
    visits = Appointment.objects.upcoming(now).filter(follow_up__in=follow_ups).select_related("location")
    return Known(
        patient=patient,
        last_sent=theirs.filter(state="sent").order_by("-sent_at").first(),
        next_planned=theirs.live().order_by("due_at", "id").first(),
        last_not_gone=theirs.filter(state__in=("withdrawn", "lapsed", "failed", "uncertain"), due_at__lte=now)
        .order_by("-ended_at")
        .first(),
        follow_ups=follow_ups,
        visits={row.follow_up_id: row for row in visits.order_by("-starts_at") if row.follow_up_id},
        is_on_hold=outbox.is_on_hold(),
    )


def sentences(known: Known, *, is_clinical: bool) -> list[str]:
    """Tell the story: the last letter, the next one, and for each follow-up where it is and what would change that."""
    said = [_last(known), _did_not_go(known), _next(known)]
    said += [_follow_up(one, known, is_clinical=is_clinical) for one in known.follow_ups]
    if not known.follow_ups:
        said.append(_("Nobody expects this patient back yet, so no reminder to plan a visit is owed."))
    return [one for one in said if one]


def _last(known: Known) -> str:
    letter = known.last_sent
    if letter is None:
        return _("No letter has been sent yet.")
    return _("The last letter that went is “%(title)s”, on %(when)s.") % {
        "title": letter.title,
        "when": _instant(letter.sent_at, known),
    }


def _did_not_go(known: Known) -> str:
    """The newest that did not go, unless a letter has gone since."""
    letter = known.last_not_gone
    since = known.last_sent.sent_at if known.last_sent else None
    if letter is None or (since and letter.ended_at and letter.ended_at < since):
        return ""
    return _("“%(title)s” of %(day)s did not go: %(why)s") % {
        "title": letter.title,
        "day": _instant(letter.due_at, known),
        "why": of_letter(letter),
    }


def _next(known: Known) -> str:
    letter = known.next_planned
    if letter is None:
        return _("No letter is planned.")
    said = _("The next letter is “%(title)s”, on %(when)s.") % {
        "title": letter.title,
        "when": _instant(letter.due_at, known),
    }
    if known.is_on_hold:
        said += " " + _("All letters are held back now: nothing goes before somebody lets them go.")
    kept = _kept_from(known.patient, letter.letter)
    if kept:
        said += " " + _("As things are it will not go: %(why)s The front desk rings instead.") % {"why": sentence(kept)}
    return said


def _kept_from(patient: Patient, slug: str) -> str:
    """Return why a letter of this kind would not go to a patient as things are now: no address, or not wanted."""
    return kept_from(patient, getattr(registry.known_kinds().get(slug), "topic", None))


def _follow_up(one: FollowUp, known: Known, *, is_clinical: bool) -> str:
    visit = known.visits.get(one.pk)
    back = {"back": _day(one.book_by_on), "who": one.plan.clinician.full_name}
    lead = _("To be back %(back)s, with %(who)s:") % back
    why = str(CLINICAL[one.reason]) if is_clinical and one.reason in CLINICAL else sentence(one.reason)
    match one.state, one.where:
        case "booked", standing.LETTERS if visit:
            said = _(
                "booked for %(when)s, so no reminder is owed. If the visit is cancelled, the letter is owed again."
            ) % {"when": _instant(visit.starts_at, known)}
        case "booked", standing.LETTERS:
            said = _("the visit was today or is over; what was done in it says what comes next.")
        case _, standing.LETTERS if kept := _kept_from(known.patient, following_up.LETTER):
            said = _("no letter can go, so the front desk rings on the day it would have gone.")
            why = sentence(kept)
        case _, standing.LETTERS:
            said = _("letters remind.")
            if one.next_step_on:
                said = _("letters remind; from %(day)s on the front desk rings.") % {"day": _day(one.next_step_on)}
        case _, standing.CALL_LIST if one.call_again_on:
            said = _("on the front desk's call list, to be rung again on %(day)s.") % {"day": _day(one.call_again_on)}
        case _, standing.CALL_LIST:
            said = _("on the front desk's call list.")
        case _, standing.CLINICIAN_LIST:
            said = _("with the clinician.")
        case _:
            said = _("closed on %(day)s.") % {"day": _day_of(one.closed_at, known)}
    changes = str(CHANGES[one.reason]) if one.reason else ""
    return " ".join(part for part in (lead, said, why, changes) if part)


def _instant(moment: datetime | None, known: Known) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(known.patient.location.zone)
    return f"{date_format(local, 'D j M Y')}, {date_format(local, 'H:i')}"


def _day_of(moment: datetime | None, known: Known) -> str:
    return _day(moment.astimezone(known.patient.location.zone).date()) if moment else ""


def _day(day: date) -> str:
    return date_format(day, "j M Y")
