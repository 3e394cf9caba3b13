"""Each letter as an invented patient would get it, for who reads the wording before it is sent to anybody.

The facts are fixed, so that a letter reads otherwise only when its words, or the catalogue behind them, are others.
Its addresses lead nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic.lib.languages import speaking
from clinic.locations.letterhead import written
from clinic.locations.models import Location
from clinic.outbox import registry
from clinic.outbox.links import Links
from clinic.outbox.registry import Rendered
from clinic.staff.models import User
from patients.letters import PatientLetter
from scheduling import aftercare
from treatments import leaflets
from treatments.models import InjectionSession

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME: Final = "Rekha Parmar"
CLINICIAN: Final = "Dr Meera Solanki"
STARTS: Final = datetime(2027, 1, 12, 10, 30)  # noqa: DTZ001 - the wall clock at the clinic, as letters are given it
DAY: Final = STARTS.date()
UNTIL: Final = DAY + timedelta(days=45)
LINKS: Final = Links("https://clinic.example")
NOWHERE: Final = UUID(int=0)
TOKEN: Final = "sample-link-that-leads-nowhere"  # noqa: S105 - no token


@dataclass(frozen=True, slots=True)
class Sample:
    """One form of a letter: which, and what its template is given."""

    name: "StrOrPromise"
    facts: dict[str, Any]


def place() -> Location:
    """Return an invented location, not kept."""
    return Location(
        name="Kadamb Clinic", sender_name="Kadamb Clinic", address="12 Neem Road, Ahmedabad 380000",
        phone="+91 98765 00123",
    )  # fmt: skip


def letters() -> list[registry.LetterKind]:
    """Return every kind of letter that has samples, those to patients first."""
    kinds = [registry.kind_for(slug) for slug in FORMS]
    return sorted(kinds, key=lambda kind: not isinstance(kind, PatientLetter))


def samples(slug: str) -> Sequence[Sample]:
    """Return the forms of a letter, in the language spoken now."""
    return tuple(FORMS[slug]())


def shown(slug: str, sample: Sample, *, at: Location | None = None) -> Rendered:
    """Return a sample as a letter, in the language spoken now."""
    return written(slug, at or place(), name=NAME, context=sample.facts)


def in_language(slug: str, language: str, *, at: Location | None = None) -> list[tuple[Sample, Rendered]]:
    """Return every form of a letter in a language; in English where nothing is translated."""
    with speaking(language):
        return [(sample, shown(slug, sample, at=at)) for sample in samples(slug)]


def _to(view: str) -> str:
    return LINKS.to(view, token=TOKEN)


def _ways_out() -> dict[str, Any]:
    return {
        "page_href": _to("scheduling:own_page"),
        "stop_href": _to("patients:stop_reminders"),
        "preferences_href": _to("patients:preferences"),
    }


def _visit(**more: Any) -> dict[str, Any]:
    return {"starts": STARTS, "ends": STARTS + timedelta(minutes=30), "clinician": CLINICIAN, **more}


def _changeable() -> dict[str, Any]:
    return {"manage_href": _to("scheduling:manage_visit"), "changes_until": STARTS - timedelta(days=1)}


def _read(slug: str) -> str:
    return LINKS.absolute(leaflets.way_to(slug, Location(public_id=NOWHERE)))


def _standing(**more: Any) -> dict[str, Any]:
    read = {"read_href": _read(leaflets.AT_THE_VISIT), "page_href": _to("scheduling:own_page")}
    return _visit(**read | more)


def _visits() -> list[Sample]:
    changeable = Sample(_("with a link to change it"), _standing(**_changeable()))
    return [changeable, Sample(_("too near to change"), _standing())]


def _cancelled() -> list[Sample]:
    book = {"href": _to("scheduling:book_by_link"), "until": UNTIL}
    return [Sample(_("with a link to book again"), _visit(**book)), Sample(_("without a link"), _visit())]


def _reminder() -> list[Sample]:
    asks = {"href": _to("scheduling:confirm_visit"), "is_confirmed": False}
    return [
        Sample(_("not confirmed yet"), _standing(**asks, **_changeable(), **_ways_out())),
        Sample(_("confirmed before"), _standing(is_confirmed=True, **_changeable(), **_ways_out())),
        Sample(_("not confirmed, too near to change"), _standing(**asks, **_ways_out())),
        Sample(_("confirmed before, too near to change"), _standing(is_confirmed=True, **_ways_out())),
    ]


def _nudge() -> list[Sample]:
    return [Sample("", _visit(href=_to("patients:intake_open"), until=UNTIL))]


def _follow_up() -> list[Sample]:
    facts = {
        "href": _to("scheduling:book_by_link"),
        "monday": DAY - timedelta(days=DAY.weekday()),
        "until": UNTIL,
        **_ways_out(),
    }
    return [
        Sample(_("due"), {**facts, "is_overdue": False}),
        Sample(_("overdue"), {**facts, "is_overdue": True}),
    ]


def _slot() -> list[Sample]:
    facts = _visit(until=STARTS - timedelta(hours=18), href=_to("scheduling:slot_offer"))
    return [
        Sample(_("nothing booked"), {**facts, "theirs": None}),
        Sample(_("in place of a later visit"), {**facts, "theirs": STARTS + timedelta(days=9)}),
    ]


def _aftercare() -> list[Sample]:
    session = InjectionSession(injected_on=DAY, clinician=User(full_name=CLINICIAN))
    advice = aftercare.advice(session, earliest_on=date(2027, 4, 6), is_asked=True)
    read = {"read_href": _read(leaflets.AFTERWARDS), "page_href": _to("scheduling:own_page")}
    return [Sample("", {"advice": advice, "href": _to("scheduling:aftercare"), "until": UNTIL, **read})]


def _check_in() -> list[Sample]:
    facts = {"href": _to("scheduling:check_in"), "until": UNTIL, **_ways_out()}
    return [
        Sample(_("after two days"), {**facts, "days": 2, "weeks": 0, "asks_scores": False}),
        Sample(_("after one week"), {**facts, "days": 7, "weeks": 1, "asks_scores": False}),
        Sample(_("after six weeks"), {**facts, "days": 42, "weeks": 6, "asks_scores": True}),
    ]


def _invitation() -> list[Sample]:
    return [Sample("", {"href": _to("patients:intake_open"), "until": UNTIL})]


def _consents() -> list[Sample]:
    return [Sample("", {"href": _to("patients:consents_link"), "until": UNTIL})]


def _page() -> list[Sample]:
    return [Sample("", {"href": _to("scheduling:own_page"), "until": UNTIL})]


def _code() -> list[Sample]:
    return [Sample("", {"code": "000000"})]


def _call() -> list[Sample]:
    href = LINKS.to("report_by_letter", NOWHERE)
    return [
        Sample(_("needed now"), {"href": href, "is_urgent": True}),
        Sample(_("needed today"), {"href": href, "is_urgent": False}),
    ]


def _staff_link() -> list[Sample]:
    return [Sample("", {"href": _to("staff:letter"), "until": STARTS, "address": "rekha@clinic.example"})]


FORMS: Final = {
    "intake_invitation": _invitation,
    "intake_nudge": _nudge,
    "consents_link": _consents,
    "appointment_confirmed": _visits,
    "appointment_moved": _visits,
    "appointment_cancelled": _cancelled,
    "appointment_reminder": _reminder,
    "slot_offered": _slot,
    "aftercare": _aftercare,
    "check_in": _check_in,
    "follow_up_due": _follow_up,
    "link_code": _code,
    "booking_code": _code,
    "own_page": _page,
    "correction_answered": _page,
    "patient_needs_you": _call,
    "staff_invitation": _staff_link,
    "staff_password": _staff_link,
}
"""A letter's slug -> its forms. A test asks that none of the registered letters is missing."""
