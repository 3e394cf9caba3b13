"""The fridge's thermometer: write down a reading, answer what it means for the lots that were in there."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Least

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from treatments.errors import ReasonMissing
from treatments.formulary_db import current_formulary
from treatments.models import Excursion, ExcursionAnswer, FridgeReading, Lot
from treatments.session_refusals import ExcursionAnswered


@transaction.atomic
def write_reading(
    *,
    location: Location,
    min_c: Decimal,
    max_c: Decimal,
    now_c: Decimal,
    read_at: datetime,
    note: str,
    by: User,
    now: datetime,
) -> FridgeReading:
    """Keep a reading; each lot in the fridge that it left outside its label's range is an excursion to be answered.

    Nothing is decided here about a lot: a person does, by `answer_excursions`.
    """
    reading = FridgeReading.objects.create(
        location=location,
        min_c=min_c,
        max_c=max_c,
        now_c=now_c,
        read_at=read_at,
        note=note.strip(),
        by=by,
        written_at=now,
    )
    products = current_formulary().products
    outside = [
        lot
        for lot in lots_in_fridge(location, read_at)
        if lot.product_key in products and not products[lot.product_key].storage.keeps(min_c, max_c)
    ]
    Excursion.objects.bulk_create(Excursion(reading=reading, lot=lot) for lot in outside)
    record(by=by, verb="fridge.read", thing=reading, detail={"excursions": len(outside)})
    return reading


def lots_in_fridge(location: Location, at: datetime) -> "QuerySet[Lot]":
    """Return the lots with a vial that was there at a time: received by that day, and not closed before."""
    found: QuerySet[Lot] = (
        Lot.objects.filter(
            Q(vials__closed_at__isnull=True) | Q(vials__closed_at__gt=at),
            location=location,
            vials__received_on__lte=day_of(at, location.zone),
        )
        .distinct()
        .order_by("pk")
    )
    return found


@transaction.atomic
def answer_excursions(
    *, reading: FridgeReading, affected: Collection[Lot], note: str, by: User, now: datetime
) -> list[ExcursionAnswer]:
    """Say which lots an excursion counts for, with a note. Those need a reason from then on (R07); the others do not.

    Raises:
        ReasonMissing: no word why.
        ExcursionAnswered: a colleague answered meanwhile.
    """
    if not note.strip():
        raise ReasonMissing
    lots = list(Lot.objects.filter(excursions__reading=reading).select_for_update(of=("self",)).order_by("pk"))
    open_ones = list(reading.excursions.filter(answer__isnull=True, lot__in=lots))
    if not open_ones:
        raise ExcursionAnswered
    marked = {lot.pk for lot in affected}
    answers = ExcursionAnswer.objects.bulk_create(
        ExcursionAnswer(excursion=one, is_affected=one.lot_id in marked, note=note.strip(), by=by, at=now)
        for one in open_ones
    )
    _mark([one.lot_id for one in open_ones if one.lot_id in marked], reading)
    for one in open_ones:
        record(
            by=by,
            verb="lot.excursion" if one.lot_id in marked else "lot.no-excursion",
            thing=next(lot for lot in lots if lot.pk == one.lot_id),
        )
    return answers


def _mark(pks: list[int], reading: FridgeReading) -> None:
    """Mark lots, widening what an earlier excursion measured; one whose temperatures nobody knows stays so."""
    lots = Lot.objects.filter(pk__in=pks)
    lots.filter(had_excursion=True, excursion_low_c__isnull=False).update(
        excursion_low_c=Least(F("excursion_low_c"), reading.min_c),
        excursion_high_c=Greatest(F("excursion_high_c"), reading.max_c),
    )
    lots.filter(had_excursion=False).update(
        had_excursion=True, excursion_low_c=reading.min_c, excursion_high_c=reading.max_c
    )
