"""Lots out of use and back; the patients of a recalled one found, told, and the recall closed by that."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.staff.models import Role, User
from tests.treatments.people import a_location, a_patient, a_user
from tests.treatments.sessions import an_active_plan, checked, prepared, ready_to_sign, signed, some_vials
from treatments.errors import EditedMeanwhile, ReasonMissing
from treatments.models import ContactOutcome, InjectionSession, Lot, LotMove, RecallContact, Vial
from treatments.models.session import VoidReason
from treatments.models.stock import LotState
from treatments.session_refusals import NotRecalled, NotTreatedWithLot
from treatments.signing import void_session
from treatments.stock_facts import ledger_of, not_yet_signed, standing_recall, to_be_told, treated_with, unreached
from treatments.stocking import close_vials
from treatments.withdrawing import log_contact, put_back_in_use, take_out_of_use

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> User:
    return a_user()


def recalled(lot: Lot, by: User, now: datetime) -> Lot:
    return take_out_of_use(lot=lot, state=LotState.RECALLED, reason="Letter of the maker", by=by, now=now)


def treated(by: User, now: datetime, **facts: Any) -> InjectionSession:
    """Somebody treated with a fresh vial of the one lot."""
    session = checked(an_active_plan(by, now, **facts), by, now)
    prepared(session, some_vials(by, now)[-1:], by, now)
    return signed(session, by, now)


def test_lot_moves_out_and_back_and_keeps_both_reasons(doctor: User, now: datetime) -> None:
    lot = some_vials(doctor, now)[0].lot
    take_out_of_use(lot=lot, state=LotState.QUARANTINED, reason="Fridge was off", by=doctor, now=now)
    assert (lot.state, lot.state_reason) == ("quarantined", "Fridge was off")
    put_back_in_use(lot=lot, reason="The maker says it may be used", by=doctor, now=now)
    assert (lot.state, lot.state_reason) == ("in_use", "")
    assert list(lot.moves.values_list("state", "reason")) == [
        ("quarantined", "Fridge was off"),
        ("in_use", "The maker says it may be used"),
    ]
    assert list(Entry.objects.filter(thing_public_id=lot.public_id).order_by("pk").values_list("verb", flat=True)) == [
        "lot.received",
        "lot.quarantined",
        "lot.in-use",
    ]


def test_recall_holds_for_the_batch_at_every_location_and_a_quarantine_for_one(doctor: User, now: datetime) -> None:
    here = some_vials(doctor, now, number="C7731A3")[0].lot
    there = some_vials(doctor, now, number="c7731a3", location=a_location("Satellite"))[0].lot
    neighbour = some_vials(doctor, now, number="C7731A4", location=there.location)[0].lot
    take_out_of_use(lot=here, state=LotState.QUARANTINED, reason="Fridge was off", by=doctor, now=now)
    there.refresh_from_db()
    assert there.state == "in_use"
    recalled(here, doctor, now)
    there.refresh_from_db()
    neighbour.refresh_from_db()
    assert (there.state, there.state_reason) == ("recalled", "Letter of the maker")
    assert list(there.moves.values_list("state", "by")) == [("recalled", doctor.pk)]
    assert neighbour.state == "in_use"
    put_back_in_use(lot=here, reason="The maker says it may be used", by=doctor, now=now)
    there.refresh_from_db()
    assert there.state == "recalled"  # each location lifts its own
    recalled(here, doctor, now)
    assert there.moves.count() == 1  # recalled there already: said once
    late = some_vials(doctor, now, number="C7731A3", location=a_location("Third"))[0].lot
    late.refresh_from_db()
    assert (late.state, late.state_reason) == ("recalled", "Letter of the maker")  # delivered after the recall


def test_move_without_a_word_why_is_refused(doctor: User, now: datetime) -> None:
    lot = some_vials(doctor, now)[0].lot
    with pytest.raises(ReasonMissing):
        take_out_of_use(lot=lot, state=LotState.RECALLED, reason="  ", by=doctor, now=now)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(state="recalled")
    assert violated(refused.value) == "lot_out_of_use_has_a_reason"
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        LotMove.objects.create(lot=lot, state="recalled", reason="", by=doctor, at=now)
    assert violated(refused.value) == "lot_move_has_a_reason"


def test_who_looked_at_another_state_moves_nothing(doctor: User, now: datetime) -> None:
    lot = some_vials(doctor, now)[0].lot
    recalled(Lot.objects.get(pk=lot.pk), doctor, now)
    with pytest.raises(EditedMeanwhile) as refused:
        take_out_of_use(lot=lot, state=LotState.QUARANTINED, reason="Warm", seen=LotState.IN_USE, by=doctor, now=now)
    assert refused.value.theirs.state == LotState.RECALLED
    assert lot.moves.count() == 1


def test_treated_patients_of_a_lot_with_dates_and_units(doctor: User, now: datetime) -> None:
    session = treated(doctor, now)
    lot = Vial.objects.get().lot
    told = treated_with(recalled(lot, doctor, now), standing_recall(lot))
    assert [(one.patient, [(s.pk, s.from_lot) for s in one.sessions]) for one in told] == [  # type: ignore[attr-defined]
        (session.patient, [(session.pk, Decimal(155))])
    ]


def test_two_lots_in_one_session_each_count_their_own_units(doctor: User, now: datetime) -> None:
    session = checked(an_active_plan(doctor, now), doctor, now)
    vials = [
        *some_vials(doctor, now, units="100", number="A1"),
        *some_vials(doctor, now, units="100", number="B2"),
    ]
    prepared(session, vials, doctor, now, ml="4")
    session = signed(session, doctor, now)
    units = [
        treated_with(vial.lot, None)[0].sessions[0].from_lot  # type: ignore[attr-defined]
        for vial in vials
    ]
    assert sum(units) == session.total_units == Decimal(155)
    assert units == [ledger.draw.units for vial in vials for ledger in ledger_of(vial)]


@pytest.mark.parametrize(
    ("kind", "count"),
    [(VoidReason.WRONG_PATIENT, 0), (VoidReason.NEVER_GIVEN, 0), (VoidReason.ENTERED_WRONGLY, 1)],
)
def test_voided_session_counts_unless_nothing_was_given(
    kind: VoidReason, count: int, doctor: User, now: datetime
) -> None:
    session = treated(doctor, now)
    void_session(session=session, kind=kind, reason="Found at the evening's check", by=doctor, now=now)
    assert len(treated_with(Vial.objects.get().lot, None)) == count


def test_draft_is_named_apart(doctor: User, now: datetime) -> None:
    ready_to_sign(doctor, now)
    lot = Vial.objects.get().lot
    assert (treated_with(lot, None), not_yet_signed(lot)) == ([], 1)


def test_recall_closes_itself_when_all_are_reached(doctor: User, now: datetime) -> None:
    first, second = (treated(doctor, now, given_name=name).patient for name in ("Meenal", "Hetal"))
    lot = recalled(Lot.objects.get(), doctor, now)

    def log(patient: object, outcome: ContactOutcome) -> dict[int, int]:
        log_contact(lot=lot, patient=patient, outcome=outcome, note="", by=doctor, now=now)  # type: ignore[arg-type]
        return to_be_told([lot])

    assert to_be_told([lot]) == {lot.pk: 2}
    assert log(first, ContactOutcome.NO_ANSWER) == {lot.pk: 2}
    assert log(first, ContactOutcome.REACHED) == {lot.pk: 1}
    assert log(second, ContactOutcome.LETTER_GIVEN) == {lot.pk: 1}
    assert not Entry.objects.filter(verb="recall.closed").exists()
    assert log(second, ContactOutcome.REACHED) == {lot.pk: 0}
    assert unreached(treated_with(lot, standing_recall(lot))) == []
    assert Entry.objects.filter(verb="recall.closed").count() == 1


def test_second_recall_tells_everybody_anew(doctor: User, now: datetime) -> None:
    patient = treated(doctor, now).patient
    lot = recalled(Lot.objects.get(), doctor, now)
    log_contact(lot=lot, patient=patient, outcome=ContactOutcome.REACHED, note="", by=doctor, now=now)
    put_back_in_use(lot=lot, reason="Taken back by the maker", by=doctor, now=now + timedelta(days=1))
    with pytest.raises(NotRecalled):
        log_contact(lot=lot, patient=patient, outcome=ContactOutcome.REACHED, note="", by=doctor, now=now)
    recalled(lot, doctor, now + timedelta(days=2))
    assert to_be_told([lot]) == {lot.pk: 1}


def test_contact_with_somebody_not_treated_is_refused(doctor: User, now: datetime) -> None:
    lot = recalled(some_vials(doctor, now)[0].lot, doctor, now)
    with pytest.raises(NotTreatedWithLot):
        log_contact(lot=lot, patient=a_patient(), outcome=ContactOutcome.REACHED, note="", by=doctor, now=now)


def test_moves_and_contacts_only_grow(doctor: User, now: datetime) -> None:
    patient = treated(doctor, now).patient
    lot = recalled(Lot.objects.get(), doctor, now)
    log_contact(lot=lot, patient=patient, outcome=ContactOutcome.NO_ANSWER, note="", by=doctor, now=now)
    for table in ("treatments_lotmove", "treatments_recallcontact"):
        for statement in (f"UPDATE {table} SET at = now()", f"DELETE FROM {table}"):  # noqa: S608 - our own names
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        RecallContact.objects.create(recall=lot.moves.get(), patient=patient, outcome="gone", by=doctor, at=now)
    assert violated(refused.value) == "recall_contact_has_a_known_outcome"


def test_ledger_balances_to_a_hundredth_of_a_unit(doctor: User, now: datetime) -> None:
    treated(doctor, now)
    vial = Vial.objects.get()
    close_vials(vials=[vial], reason="End of the day", witness=a_user(Role.MANAGER), by=doctor, now=now)
    vial.refresh_from_db()
    lines = [(line.draw.kind, line.draw.units, line.left) for line in ledger_of(vial)]
    assert lines == [("given", Decimal(155), Decimal(45)), ("wasted", Decimal(45), Decimal("0.00"))]
