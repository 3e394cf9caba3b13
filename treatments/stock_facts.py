"""What the stock says: a vial's ledger, the patients treated with a lot, recalls still open, what runs low."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from clinic.staff.models import User
from patients.models import Patient
from treatments.facts import NOT_COUNTED
from treatments.keeping import runs_low
from treatments.models import ContactOutcome, Draw, InjectionSession, Lot, LotMove, ProductVersion, RecallContact, Vial
from treatments.models.stock import DrawKind, LotState


@dataclass(frozen=True, slots=True)
class Line:
    """A draw and what is left in the vial after it."""

    draw: Draw
    left: Decimal


@dataclass(frozen=True, slots=True)
class Treated:
    """A patient treated with a lot: when and how much of it, and each attempt to tell them."""

    patient: Patient
    sessions: tuple[InjectionSession, ...]
    """Each with `from_lot`, the units of this lot."""
    contacts: tuple[RecallContact, ...]

    @property
    def is_reached(self) -> bool:
        """Whether somebody spoke to them."""
        return any(contact.outcome == ContactOutcome.REACHED for contact in self.contacts)


def ledger_of(vial: Vial) -> list[Line]:
    """Return a vial's draws as they were written, each with the balance after it; the last one is what is left now."""
    left = vial.units
    lines = []
    for draw in vial.draws.select_related("by", "witness", "session").order_by("at", "id"):
        left -= draw.units
        lines.append(Line(draw, left))
    return lines


def standing_recall(lot: Lot) -> LotMove | None:
    """Return the recall of a lot that is recalled now."""
    if lot.state != LotState.RECALLED:
        return None
    return lot.moves.filter(state=LotState.RECALLED).order_by("-at", "-id").first()


def treated_with(lot: Lot, recall: LotMove | None) -> list[Treated]:
    """Return who was given units of a lot: those not reached first, then the last treated. Two queries for all.

    Voided sessions count unless the void says that this patient got nothing.
    """
    sessions: QuerySet[InjectionSession] = (
        InjectionSession.objects.filter(
            signed_at__isnull=False, draws__kind=DrawKind.GIVEN, draws__vial__lot=lot, draws__units__gt=0
        )
        .exclude(void__kind__in=NOT_COUNTED)
        .annotate(from_lot=Sum("draws__units"))
        .select_related("patient")
        .order_by("-injected_on", "-pk")
    )
    by_patient: dict[int, list[InjectionSession]] = defaultdict(list)
    for session in sessions:
        by_patient[session.patient_id].append(session)
    contacts: dict[int, list[RecallContact]] = defaultdict(list)
    if recall is not None:
        for contact in recall.contacts.select_related("by").order_by("at", "id"):
            contacts[contact.patient_id].append(contact)
    told = [
        Treated(given[0].patient, tuple(given), tuple(contacts[patient_id])) for patient_id, given in by_patient.items()
    ]
    return sorted(told, key=lambda one: one.is_reached)


def unreached(told: Iterable[Treated]) -> list[Treated]:
    """Return whom nobody spoke to yet."""
    return [one for one in told if not one.is_reached]


def not_yet_signed(lot: Lot) -> int:
    """Count the drafts that were prepared from a lot: their patients are on no list until the signature."""
    return InjectionSession.objects.filter(signed_at__isnull=True, preparations__vials__lot=lot).distinct().count()


def to_be_told(lots: Sequence[Lot]) -> dict[int, int]:
    """Count, for each recalled lot, the patients nobody reached yet. Three queries for all of them."""
    recalled = [lot.pk for lot in lots if lot.state == LotState.RECALLED]
    if not recalled:
        return {}
    standing = dict(
        LotMove.objects.filter(lot__in=recalled, state=LotState.RECALLED)
        .order_by("at", "id")
        .values_list("lot_id", "pk")  # the last one of a lot stays
    )
    treated = set(
        Draw.objects.filter(vial__lot__in=recalled, kind=DrawKind.GIVEN, units__gt=0, session__signed_at__isnull=False)
        .exclude(session__void__kind__in=NOT_COUNTED)
        .values_list("vial__lot_id", "session__patient_id")
    )
    reached = set(
        RecallContact.objects.filter(recall__in=standing.values(), outcome=ContactOutcome.REACHED).values_list(
            "recall__lot_id", "patient_id"
        )
    )
    counts = dict.fromkeys(recalled, 0)
    for lot_id, _patient_id in treated - reached:
        counts[lot_id] += 1
    return counts


def products_running_low(user: User, today: date, *, few: Decimal) -> list[tuple[str, int]]:
    """Return each product this person's locations ever stocked of which too few sealed vials may be used, and how many.

    The name is the one in force. Two queries.
    """
    usable = Q(
        vials__opened_at__isnull=True,
        vials__closed_at__isnull=True,
        state=LotState.IN_USE,
        expires_on__gte=today,
    )
    counted = (
        Lot.objects.visible_to(user)
        .values("product_key")
        .annotate(sealed=Count("vials", filter=usable))
        .order_by("product_key")
    )
    low = {row["product_key"]: row["sealed"] for row in counted if runs_low(row["sealed"], few=few)}
    names = {product.key: product.name for product in ProductVersion.objects.current().filter(key__in=low)}
    return [(names.get(key, key), sealed) for key, sealed in low.items()]
