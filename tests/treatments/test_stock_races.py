"""Two at the fridge at once: one vial is accounted for once, one lot is one lot, one excursion has one answer."""

import threading
from datetime import datetime
from decimal import Decimal

import pytest

from tests.treatments.people import a_location, a_user
from tests.treatments.sessions import ready_to_sign, signed, some_vials
from tests.treatments.test_session_races import at_once
from treatments.errors import EditedMeanwhile
from treatments.models import Draw, ExcursionAnswer, Lot, LotMove, Vial
from treatments.models.stock import LotState
from treatments.session_refusals import ExcursionAnswered, VialOverdrawn
from treatments.stocking import close_vials
from treatments.thermometer import answer_excursions, write_reading
from treatments.withdrawing import take_out_of_use

pytestmark = pytest.mark.django_db(transaction=True)


def test_btx_002_vial_closed_while_a_session_draws_from_it_balances(now: datetime) -> None:
    by = a_user()
    session = ready_to_sign(by, now)
    vial = Vial.objects.get()
    came = at_once(
        lambda: signed(session, by, now), lambda: close_vials(vials=[vial], reason="End of the day", by=by, now=now)
    )
    vial.refresh_from_db()
    session.refresh_from_db()
    assert vial.drawn_units == vial.units == sum(Draw.objects.values_list("units", flat=True)), came
    assert session.is_signed or isinstance(came[0], VialOverdrawn), came


def test_two_who_close_one_vial_write_its_rest_off_once(now: datetime) -> None:
    by = a_user()
    vial = some_vials(by, now)[0]
    came = at_once(*[lambda: close_vials(vials=[vial], reason="End of the day", by=by, now=now)] * 2)
    assert sorted(len(closed) for closed in came) == [0, 1]  # type: ignore[arg-type]
    assert list(Draw.objects.values_list("units", flat=True)) == [Decimal(200)]


def test_two_who_move_one_lot_leave_one_move(now: datetime) -> None:
    by = a_user()
    lot = some_vials(by, now)[0].lot
    came = at_once(
        *(
            lambda state=state: take_out_of_use(
                lot=Lot.objects.get(pk=lot.pk), state=state, seen=LotState.IN_USE, reason="Letter", by=by, now=now
            )
            for state in (LotState.QUARANTINED, LotState.RECALLED)
        )
    )
    assert sorted(type(one).__name__ for one in came) == [EditedMeanwhile.__name__, "Lot"]
    lot.refresh_from_db()
    assert LotMove.objects.get().state == lot.state


def test_two_deliveries_of_one_lot_make_one_lot(now: datetime) -> None:
    by = a_user()
    some_vials(by, now, number="OTHER")  # the place and the catalogue are there
    at_once(*(lambda number=number: some_vials(by, now, number=number) for number in ("c7654c3", "C7654C3")))
    assert Lot.objects.exclude(number="OTHER").count() == 1
    assert Vial.objects.exclude(lot__number="OTHER").count() == 2


def test_two_who_answer_one_excursion_leave_one_answer(now: datetime) -> None:
    by = a_user()
    lot = some_vials(by, now)[0].lot
    reading = write_reading(
        location=a_location(),
        min_c=Decimal(3),
        max_c=Decimal(12),
        now_c=Decimal(5),
        read_at=now,
        note="",
        by=by,
        now=now,
    )
    came = at_once(
        *(
            lambda affected=affected: answer_excursions(
                reading=reading, affected=affected, note="Door was open", by=by, now=now
            )
            for affected in ([lot], [])
        )
    )
    assert [type(one) for one in came].count(ExcursionAnswered) == 1, came
    lot.refresh_from_db()
    assert ExcursionAnswer.objects.get().is_affected == lot.had_excursion


def test_control_a_move_that_asks_for_no_state_leaves_two(now: datetime) -> None:
    by = a_user()
    lot = some_vials(by, now)[0].lot
    seen = threading.Barrier(2)

    def look_then_leap(state: LotState) -> LotMove | None:
        if Lot.objects.get(pk=lot.pk).state != LotState.IN_USE:
            return None
        seen.wait(timeout=10)
        Lot.objects.filter(pk=lot.pk).update(state=state, state_reason="Letter")
        return LotMove.objects.create(lot=lot, state=state, reason="Letter", by=by, at=now)

    at_once(*(lambda state=state: look_then_leap(state) for state in (LotState.QUARANTINED, LotState.RECALLED)))
    assert LotMove.objects.count() == 2
