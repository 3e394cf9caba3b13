"""Every number on a clinical page leads to its source and its state of confirmation (issue 3, Must show).

Each value of the entries a treatment rests on is changed by itself; whatever a page then says otherwise came from it,
and a way to that value's line in the catalogue must stand beside it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from clinic.lib import clock
from clinic.staff.models import Role
from tests.treatments.figures import Node, has_way_to, moved, tree_of
from tests.treatments.late import a_late_entry, signed_late
from tests.treatments.people import a_user
from tests.treatments.sessions import (
    BOTOX,
    PREEMPT,
    another_plan,
    checked,
    prepared,
    some_vials,
)
from tests.treatments.test_windows import baseline, score
from treatments.catalogue_editing import MODELS, edit_entry
from treatments.consulting import start_consultation
from treatments.entry_changes import Number, numbers_of, with_changes
from treatments.models import Plan

ENTRIES = (
    ("products", BOTOX),
    ("conditions", "chronic_migraine"),
    ("protocols", PREEMPT),
    ("rules", "rules"),
    ("house", "house"),
    ("instruments", "headache_days"),
    ("screening", "screening"),
)
EXEMPT = {
    "badge": "counts findings: each finding beside it has its own source",
    "visually-hidden": "says a visible figure again for a reader of the screen",
    "action-bar": "counts what stands above it",
    "saved": "the time of day",
    "plot": "the drawing of the table below it, which has the sources",
}

SHOWN_ON = {
    BOTOX: {"plan", "plan draft", "plan edit", "preparation", "session"},
    "chronic_migraine": {"plan", "plan new", "story"},
    PREEMPT: {"plan", "plan edit", "plan new"},
    "rules": {"plan", "plan draft", "check", "session", "story"},
    "house": {"stock"},
    "headache_days": {"story"},
    "screening": {"check"},
}
"""Where at least an entry must show, or the pages were not looked at."""


class Case:
    """A patient with a signed session, an open one, scores and a stock; and who looks."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.doctor = a_user(name="Dr Asha Rao")
        self.manager = a_user(Role.MANAGER)
        then = now - timedelta(days=100)
        self.signed = signed_late(a_late_entry(self.doctor, now, given_at=then), self.doctor, now)
        on = self.signed.injected_on
        assert on is not None
        baseline(self.signed, "22", on)
        for week, value in ((4, "10"), (8, "9"), (10, "13")):
            score(self.signed, value, on + timedelta(weeks=week))
        self.plan: Plan = self.signed.plan
        self.draft = checked(self.plan, self.doctor, now)
        prepared(self.draft, some_vials(self.doctor, now, number="C9", expires_on=date(2027, 4, 1)), self.doctor, now)
        self.other = another_plan(self.plan)
        Plan.objects.filter(pk=self.other.pk).update(state="draft", started_on=None)
        self.consultation = start_consultation(patient=self.plan.patient, by=self.doctor, now=now)
        self.on = f"?on={now + timedelta(days=20):%Y-%m-%d}"
        self.client = Client()
        self.client.force_login(self.doctor)
        self.before = {page: self.page(address(self)) for page, address in PAGES.items()}

    def page(self, address: str) -> Node:
        response = self.client.get(address)
        assert response.status_code == 200, address
        return tree_of(response.content.decode())


PAGES: dict[str, Callable[[Case], str]] = {
    "plan": lambda case: reverse("treatments:plan", args=[case.plan.public_id]) + case.on,
    "plan draft": lambda case: reverse("treatments:plan", args=[case.other.public_id]) + case.on,
    "plan edit": lambda case: reverse("treatments:plan_edit", args=[case.other.public_id]) + case.on,
    "plan new": lambda case: (
        reverse("treatments:plan_new", args=[case.plan.patient.public_id]) + "?condition=chronic_migraine"
    ),
    "check": lambda case: reverse("treatments:session_check", args=[case.draft.public_id]),
    "preparation": lambda case: reverse("treatments:session_prepare", args=[case.draft.public_id]),
    "session": lambda case: reverse("treatments:session", args=[case.draft.public_id]),
    "signed sheet": lambda case: reverse("treatments:session", args=[case.signed.public_id]),
    "story": lambda case: reverse("treatments:patient_story", args=[case.plan.patient.public_id]),
    "consultation": lambda case: reverse("treatments:consultation", args=[case.consultation.public_id]),
    "stock": lambda _case: reverse("treatments:stock"),
    "window": lambda case: reverse("treatments:plan_window", args=[case.plan.public_id]),
    "diary": lambda case: reverse("treatments:plan_diary", args=[case.plan.public_id]),
    "compare": lambda case: reverse("treatments:session_compare", args=[case.plan.patient.public_id]),
    "syringe": lambda case: reverse("treatments:session_syringe", args=[case.draft.public_id]),
    "event new": lambda case: reverse("treatments:event_new", args=[case.plan.patient.public_id]),
    "elsewhere": lambda case: reverse("treatments:elsewhere", args=[case.plan.patient.public_id]),
    "fridge": lambda case: reverse("treatments:fridge", args=[case.plan.location.public_id]),
}


def other(number: Number) -> Any:
    """Another value of the same kind, so near that the page keeps its shape where it can."""
    if number.is_list:
        return [item + 1 for item in number.value]
    if isinstance(number.value, str):
        return str(Decimal(number.value) + Decimal("0.1"))
    return 1 if number.value is None else number.value + 1


def numbers_by_place(kind: str, facts: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The changes of one part of an entry at a time, by its path; of the rules, of one rule."""
    found: dict[str, dict[str, Any]] = {}
    for number in numbers_of(facts):
        part = (
            ".".join(str(key) for key in number.path[:2])
            if kind == "rules" and number.group == "rules"
            else number.group
        )
        found.setdefault(part, {})[number.name] = other(number)
    yield from found.items()


def changes_of(case: Case, kind: str, key: str) -> Iterator[str]:
    """The catalogue with each part of an entry changed in turn; while it stands so, its place is yielded."""
    version = MODELS[kind].objects.current().get(key=key)
    for path, changes in numbers_by_place(kind, version.facts):
        with changed(case, kind, version, changes):
            yield f"{kind}/{key}#{path}"


@contextmanager
def changed(case: Case, kind: str, version: Any, changes: dict[str, Any]) -> Iterator[None]:
    """The catalogue with an entry changed, for a while."""
    with transaction.atomic():
        edit_entry(
            kind=kind,
            seen=version,
            facts=with_changes(version.facts, changes, why="same"),
            reason="A change to see it.",
            by=case.manager,
            now=case.now,
        )
        yield
        transaction.set_rollback(True)


def pages_that_move(case: Case, kind: str, key: str) -> dict[str, Callable[[Case], str]]:
    """The pages on which anything of an entry shows: all its parts are changed at once."""
    version = MODELS[kind].objects.current().get(key=key)
    every = {name: value for _, part in numbers_by_place(kind, version.facts) for name, value in part.items()}
    with changed(case, kind, version, every):
        return {
            page: address
            for page, address in PAGES.items()
            if moved(case.before[page], case.page(address(case)), EXEMPT)
        }


@pytest.fixture(scope="module")
def case(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Case]:
    """Built once, in a transaction that never ends well: each test takes its changes of the catalogue back.

    Pages read the clock: so does what they show.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield Case(clock.now())
        transaction.set_rollback(True)


@pytest.mark.parametrize(("kind", "key"), ENTRIES)
def test_every_figure_of_the_catalogue_leads_to_its_line_there(kind: str, key: str, case: Case) -> None:
    nowhere, shown_on = {}, set()
    moving = pages_that_move(case, kind, key)
    for place in changes_of(case, kind, key):
        for page, address in moving.items():
            figures = moved(case.before[page], case.page(address(case)), EXEMPT)
            shown_on |= {page} if figures else set()
            if lost := [figure.text for figure in figures if not has_way_to(figure, place)]:
                nowhere[page, place] = lost
    assert nowhere == {}
    assert shown_on >= SHOWN_ON[key]


def test_figure_whose_source_is_taken_away_is_found(case: Case) -> None:
    """The control: the same page without its ways to the catalogue."""
    before = case.before["plan"]
    for place in changes_of(case, "products", BOTOX):
        after = case.page(PAGES["plan"](case))
        if place.endswith("#limits"):
            figures = moved(before, after, EXEMPT)
            assert figures
            assert all(has_way_to(figure, place) for figure in figures)
            for node in after.down():
                node.attrs.pop("data-source", None)
            assert not any(has_way_to(figure, place) for figure in figures)
