"""A lot out of use and back, its expiry set right, and the patients of a recalled one told."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models import Patient
from treatments.errors import EditedMeanwhile, ReasonMissing
from treatments.models import ContactOutcome, Lot, LotCorrection, LotMove, RecallContact
from treatments.models.stock import LotState
from treatments.session_refusals import NotRecalled, NotTreatedWithLot
from treatments.stock_facts import standing_recall, treated_with, unreached


@transaction.atomic
def take_out_of_use(
    *, lot: Lot, state: LotState, reason: str, by: User, now: datetime, seen: LotState | None = None
) -> Lot:
    """Quarantine or recall a lot, with the reason. Its vials are refused at preparing from then on (R07).

    A recall opens the list of patients treated with it. It is the maker's word on the batch, so it holds for the same
    lot at every location; a quarantine, and lifting either, is of one fridge. `seen` is the state the person looked at.

    Raises:
        ReasonMissing: no word why.
        EditedMeanwhile: somebody moved the lot since; `theirs` is the lot as it stands.
    """
    batch = list(batch_of(lot).select_for_update().order_by("pk")) if state == LotState.RECALLED else []
    moved = _move(lot=lot, state=state, kept=reason, reason=reason, seen=seen, by=by, now=now)
    for other in batch:
        if other.pk != lot.pk and other.state != state:
            _move(lot=other, state=state, kept=reason, reason=reason, seen=None, by=by, now=now)
    return moved


def batch_of(lot: Lot) -> "QuerySet[Lot]":
    """Return a batch as each location received it: the lot itself among them."""
    found: QuerySet[Lot] = Lot.objects.filter(product_key=lot.product_key, number__iexact=lot.number)
    return found


@transaction.atomic
def put_back_in_use(*, lot: Lot, reason: str, by: User, now: datetime, seen: LotState | None = None) -> Lot:
    """Lift a quarantine or a recall, with the reason; the lot's moves keep both.

    Raises:
        ReasonMissing, EditedMeanwhile: as in `take_out_of_use`.
    """
    return _move(lot=lot, state=LotState.IN_USE, kept="", reason=reason, seen=seen, by=by, now=now)


def _move(*, lot: Lot, state: LotState, kept: str, reason: str, seen: LotState | None, by: User, now: datetime) -> Lot:
    """Move a lot from the state that was seen to another one: one UPDATE, so of two people one wins."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    moved = Lot.objects.filter(pk=lot.pk, state=seen or lot.state).exclude(state=state)
    won = moved.update(state=state, state_reason=kept.strip())
    lot.refresh_from_db()
    if not won:
        raise EditedMeanwhile(lot)
    LotMove.objects.create(lot=lot, state=state, reason=reason, by=by, at=now)
    record(by=by, verb=f"lot.{state.replace('_', '-')}", thing=lot)
    return lot


@transaction.atomic
def correct_expiry(
    *, lot: Lot, expires_on: date, is_month_only: bool, seen: date, reason: str, by: User, now: datetime
) -> Lot:
    """Set right an expiry that was misread. What was signed keeps what was known then; drafts are judged anew (R07).

    `seen` is the day the person looked at.

    Raises:
        ReasonMissing: no word how it came about.
        EditedMeanwhile: somebody corrected it since; `theirs` is the lot as it stands.
    """
    if not reason.strip():
        raise ReasonMissing
    stood = lot.expiry_is_month_only
    won = Lot.objects.filter(pk=lot.pk, expires_on=seen).update(
        expires_on=expires_on, expiry_is_month_only=is_month_only
    )
    lot.refresh_from_db()
    if not won:
        raise EditedMeanwhile(lot)
    LotCorrection.objects.create(
        lot=lot,
        stood=seen,
        stood_month_only=stood,
        expires_on=expires_on,
        expiry_is_month_only=is_month_only,
        reason=reason.strip(),
        by=by,
        at=now,
    )
    record(by=by, verb="lot.corrected", thing=lot)
    return lot


@transaction.atomic
def log_contact(
    *, lot: Lot, patient: Patient, outcome: ContactOutcome, note: str, by: User, now: datetime
) -> RecallContact:
    """Write down an attempt to tell a patient. When everybody was reached the recall is closed: nothing more is owed.

    Raises:
        NotRecalled: the lot is not recalled (any more).
        NotTreatedWithLot: the patient was given nothing of it.
    """
    locked = Lot.objects.select_for_update().get(pk=lot.pk)
    recall = standing_recall(locked)
    if recall is None:
        raise NotRecalled
    told = treated_with(locked, recall)
    if patient.pk not in {one.patient.pk for one in told}:
        raise NotTreatedWithLot
    was_open = bool(unreached(told))
    contact = RecallContact.objects.create(
        recall=recall, patient=patient, outcome=outcome, note=note.strip(), by=by, at=now
    )
    record(by=by, verb="recall.contacted", thing=lot, patient=patient, detail={"outcome": str(outcome)})
    if was_open and not unreached(treated_with(locked, recall)):
        record(by=by, verb="recall.closed", thing=lot, detail={"patients": len(told)})
    return contact
