"""The card a patient carries: what was given, its lot, the earliest next day, what to watch for, whom to ring."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clinic.lib.languages import speaking
from clinic.staff.models import User
from patients import phones
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import Draw, InjectionSession
from treatments.papers.frame import day, framed
from treatments.papers.typesetting import Paper
from treatments.quantities import show_units
from treatments.symptoms import symptoms_asked
from treatments.windows import window_of


def treatment_card(session: InjectionSession, *, by: User, now: datetime) -> Paper:
    """Return the card of a session that stands, in the patient's language where its words were translated."""
    formulary = current_formulary()
    draws = list(session.draws.filter(kind="given").select_related("vial__lot").order_by("id"))
    with speaking(session.patient.language):
        asked = symptoms_asked(formulary)
        return framed(
            "treatment_card",
            _("Treatment card"),
            patient=session.patient,
            location=session.location,
            by=by,
            now=now,
            notices=[],
            facts=_facts(session, draws),
            next=_next(session, formulary),
            show=_("Show this card to every doctor, dentist and pharmacist you see."),
            urgent={
                "lead": _("Call %(number)s now if this happens") % {"number": session.location.emergency_number},
                "items": [symptom.words for symptom in asked if symptom.is_urgent],
            },
            same_day={
                "lead": _("Call us the same day if this happens"),
                "items": [symptom.words for symptom in asked if not symptom.is_urgent],
            },
            late=_("These can start hours or even weeks after the injection."),
            numbers=_numbers(session),
            cut=_("Cut along the line, fold in the middle and keep it with you."),
        )


def lots_of(draws: Sequence[Draw]) -> str:
    """Name the lots that were given from, each once."""
    return ", ".join(dict.fromkeys(draw.vial.lot.number for draw in draws))


def _facts(session: InjectionSession, draws: Sequence[Draw]) -> list[tuple[str, str]]:
    pairs = [
        (_("Treatment"), _("Botulinum toxin injection")),
        (_("Product"), session.product.name),
        (_("Date"), day(session.injected_on)),
        (_("Dose"), show_units(session.total_units) if session.total_units is not None else ""),
        (_("Lot"), lots_of(draws)),
        (_("Given by"), session.clinician.full_name),
    ]
    return [(label, value) for label, value in pairs if value]


def _next(session: InjectionSession, formulary: Formulary) -> dict[str, str]:
    earliest = window_of(session, formulary=formulary).earliest_on
    return {
        "lead": _("Next treatment, not before"),
        "day": day(earliest),
        "text": _("Until then, no injection of this kind anywhere else, not even for beauty."),
    }


def _numbers(session: InjectionSession) -> list[dict[str, Any]]:
    place = session.location
    numbers = [
        {"lead": place.sender_name or place.name, "number": phones.shown(place.phone)},
        {"lead": _("Emergency"), "number": place.emergency_number},
    ]
    return [one for one in numbers if one["number"]]
