"""What the record says of adverse events: of a patient, a muscle, a lot; and how often the literature saw them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from clinic.staff.models import User
from patients.models import Patient
from treatments.formulary import EventRate, Formulary
from treatments.models import EventEntry, InjectionSession, Lot
from treatments.models.adverse import OPEN_OUTCOMES
from treatments.quantities import show_number
from treatments.showing import ShownSource, shown_source


@dataclass(frozen=True, slots=True)
class ShownRate:
    """How often an event was seen: "19% in cervical dystonia with Botox", with its source."""

    percent: str
    condition: str
    product: str
    source: ShownSource


def standing_entries() -> QuerySet[EventEntry]:
    """Return the last entry of each event that was not recorded by mistake, the latest onset first."""
    later = EventEntry.objects.filter(event=OuterRef("event"), number__gt=OuterRef("number"))
    return (
        EventEntry.objects.filter(~Exists(later), is_struck=False)
        .select_related("event__patient", "event__session__product", "by")
        .order_by("-onset_on", "-id")
    )


def unresolved_serious() -> QuerySet[EventEntry]:
    """Return those that are serious and not over."""
    return standing_entries().filter(is_serious=True, outcome__in=OPEN_OUTCOMES)


def has_unresolved_serious(patient: Patient) -> bool:
    """Whether letters to this patient are held: the clinician sees to them first."""
    return unresolved_serious().filter(event__patient=patient).exists()


def events_of(patient: Patient) -> QuerySet[EventEntry]:
    """Return a patient's events as they stand."""
    return standing_entries().filter(event__patient=patient)


def events_after(session: InjectionSession) -> QuerySet[EventEntry]:
    """Return the events of one session as they stand."""
    return standing_entries().filter(event__session=session)


def events_with(lot: Lot) -> QuerySet[EventEntry]:
    """Return the events that a lot may have caused, as they stand."""
    return standing_entries().filter(lots=lot)


def serious_near(user: User) -> QuerySet[EventEntry]:
    """Return the serious events of a person's locations, the latest first."""
    return standing_entries().filter(is_serious=True, event__patient__location__in=user.works_at)


def unresolved_near(user: User) -> QuerySet[EventEntry]:
    """Return those of a person's locations that are serious and not over."""
    return serious_near(user).filter(outcome__in=OPEN_OUTCOMES)


def before_session(session: InjectionSession) -> list[EventEntry]:
    """Return what happened after the patient's session before this one, of any plan: asked about before the next."""
    last = (
        InjectionSession.objects.filter(patient=session.patient, signed_at__isnull=False, void__isnull=True)
        .exclude(pk=session.pk)
        .order_by("-injected_on", "-id")
        .first()
    )
    return list(events_after(last)) if last else []


def events_by_muscle(session: InjectionSession) -> dict[tuple[str, str], list[EventEntry]]:
    """Return a session's events by muscle key and side: what happened where, beside what that muscle was given.

    An event that names no site is under ("", ""). Three queries, however many events.
    """
    found: dict[tuple[str, str], list[EventEntry]] = defaultdict(list)
    for entry in events_after(session).prefetch_related("sites__muscle"):
        places = {(site.muscle.key, site.side) for site in entry.sites.all()} or {("", "")}
        for place in sorted(places):
            found[place].append(entry)
    return dict(found)


def rates_of(term_key: str, formulary: Formulary, *, condition: str = "", product: str = "") -> list[ShownRate]:
    """Return how often an event was seen, for one condition and product where named. As cited, never averaged."""
    return [
        _shown(rate, formulary)
        for rate in formulary.event_rates
        if rate.event == term_key and condition in ("", rate.condition) and product in ("", rate.product)
    ]


def _shown(rate: EventRate, formulary: Formulary) -> ShownRate:
    condition, product = formulary.conditions.get(rate.condition), formulary.products.get(rate.product)
    return ShownRate(
        percent=show_number(rate.percent),
        condition=condition.name if condition else rate.condition.replace("_", " "),
        product=product.name if product else rate.product,
        source=shown_source(rate.source),
    )
