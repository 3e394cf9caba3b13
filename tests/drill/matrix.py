"""`pytest tests/drill/matrix.py -s`, part of `make drill`: the faults again, and in every combination."""

from itertools import product

import pytest

from tests.drill.table import Table
from tests.faults.harness.desk import Desk
from tests.faults.harness.invariants import Account, bookings_untold, slots_sold_twice
from tests.faults.harness.processes import Process
from tests.faults.harness.world import CLAIMED, CLINIC, EARLY, GIVEN, HANDING_OVER, World
from tests.faults.rounds import beats, brokers, crashes, mail_servers, partitions, races

POINTS = {"claimed": CLAIMED, "handing over": HANDING_OVER, "given": GIVEN}
SIGNALS = {
    "F1 worker killed": Process.kill,
    "F2 pool process killed": Process.kill_child,
    "F6 SIGTERM": crashes.terminate,
    "F6 SIGTERM twice": crashes.terminate_twice,
    "F6 SIGQUIT": crashes.quit_at_once,
}
ACKS = {"late ack": CLINIC, "F3 early ack": EARLY}
TWO_WORKERS = ("", " ")
EVERY_ENDING = {
    f"{signal}, {point}, {ack}{worker}": (POINTS[point], SIGNALS[signal], ACKS[ack])
    for worker, signal, point, ack in product(TWO_WORKERS, SIGNALS, POINTS, ACKS)
}
NAMES = tuple(EVERY_ENDING)
BATCHES = [NAMES[start : start + 6] for start in range(0, len(NAMES), 6)]
MORE = 4


@pytest.mark.parametrize("names", BATCHES, ids=range(len(BATCHES)))
def test_every_point_by_every_signal(world: World, table: Table, names: tuple[str, ...]) -> None:
    accounts = crashes.guarded(world, {name: EVERY_ENDING[name] for name in names})
    told = [(name.strip(), account) for name, account in accounts.items()]
    for name, account in told:
        table.add({name: account})
    assert [name for name, account in told if not account.is_sound] == []


def test_crashes_without_guards(world: World, table: Table) -> None:
    table.saw(crashes.unguarded(world)())


@pytest.mark.parametrize("_again", range(MORE))
def test_mail_servers(world: World, table: Table, _again: int) -> None:
    finished = mail_servers.unguarded(world)
    accounts = mail_servers.guarded(world)
    table.add(accounts)
    table.saw(finished() | {mail_servers.THROWN_AWAY: accounts[mail_servers.THROWN_AWAY]})
    accounts.pop(mail_servers.THROWN_AWAY)
    assert all(account.is_sound for account in accounts.values())


@pytest.mark.parametrize("gone", [1, 5, 12])
def test_brokers(world: World, desk: Desk, table: Table, gone: int) -> None:
    told = brokers.played(world, desk, gone=gone)
    table.add(told.accounts)
    table.saw(told.controls)
    if told.control_still_waits:
        table.controls.add("F11")
    assert all(account.is_sound for account in told.accounts.values())
    assert all(press.status == 302 and press.seconds < 1 for press in told.presses.values())
    assert (bookings_untold(), slots_sold_twice()) == (0, 0)


@pytest.mark.parametrize("_again", range(MORE))
def test_beats_and_clocks(world: World, table: Table, _again: int) -> None:
    told = beats.played(world)
    table.saw({beats.BLIND: told.accounts.pop(beats.BLIND)})
    if told.control_released_it and told.control_fell_silent:
        table.controls.add("F27")
    table.add(told.accounts)
    assert all(account.is_sound for account in told.accounts.values())


@pytest.mark.parametrize("_again", range(MORE))
def test_wires(world: World, table: Table, _again: int) -> None:
    accounts = partitions.played(world)
    table.saw({partitions.UNFENCED: accounts.pop(partitions.UNFENCED)})
    table.add(accounts)
    assert all(account.is_sound for account in accounts.values())


# After what waits for letters: those of a hundred bookings are paced, and others would stand behind them.
@pytest.mark.parametrize("name", races.GUARDED_BY)
def test_races(desk: Desk, table: Table, name: str) -> None:
    race, constraint = races.GUARDED_BY[name]
    for _ in range(5):
        told = races.run(desk, race(desk))
        table.add({f"F17 32 desks, {name}": told.account})
        assert told.account.is_sound
    with races.without(constraint, desk):
        table.saw({"F17": races.run(desk, race(desk)).account})


def test_presses(desk: Desk, table: Table) -> None:
    for _ in range(25):
        patient, form = desk.patient(), desk.form()
        answers = desk.press_at_once(patient, *[form] * 8)
        assert {(answer.status, answer.leads_to) for answer in answers} == {(302, answers[0].leads_to)}
        visits = desk.visits(patient)
        table.add({"F19 eight presses at once": Account(owed=1, missing=visits == 0, twice=visits > 1)})
        again = desk.press(patient, desk.form(form["slot"]))
        table.saw({"F19 no key": Account(owed=1, contradicted=again.status != 302)})
    assert table.lines["F19 eight presses at once"].twice == 0


def test_nobody_was_told_who_the_patients_are(world: World) -> None:
    assert world.leaks() == []
