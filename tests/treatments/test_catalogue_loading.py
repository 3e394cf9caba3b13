"""The catalogue as loaded: counts of the files, versions on change, the clinic's edits kept."""

import copy
import json
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from treatments import catalogue_loading
from treatments.catalogue_editing import edit_entry
from treatments.entry_changes import with_changes
from treatments.formulary import CATALOGUE, Formulary
from treatments.formulary_db import current_formulary
from treatments.models import MuscleVersion, ProductVersion, ProtocolVersion, RulesVersion

pytestmark = pytest.mark.django_db


def shipped(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CATALOGUE / f"{name}.json").read_text(encoding="utf-8"))
    return copy.deepcopy(document)


def with_session_limit(units: int) -> dict[str, Any]:
    """The products, the onabotulinumtoxinA session limit for any condition changed from its 400."""
    document = shipped("products")
    botox = next(row for row in document["products"] if row["id"] == "onabotulinumtoxinA")
    limit = next(row for row in botox["limits"] if row["scope"] == "session_total" and row["condition"] is None)
    limit["max_units"] = units
    return document


@pytest.fixture(autouse=True)
def loaded(now: datetime) -> None:
    """The shipped catalogue, whether the test database came with it or not."""
    catalogue_loading.load(now=now)


def counts(now: datetime, **documents: Any) -> dict[str, tuple[int, int, int, int]]:
    return {
        count.kind: (count.new, count.changed, count.kept, count.same)
        for count in catalogue_loading.load(now=now, documents=documents)
    }


def test_same_files_again_change_nothing(now: datetime) -> None:
    entries_before = Entry.objects.count()
    assert counts(now + timedelta(days=1)) == {
        "products": (0, 0, 0, 10),
        "conditions": (0, 0, 0, 16),
        "protocols": (0, 0, 0, len(shipped("protocols")["protocols"])),
        "muscles": (0, 0, 0, 90),
        "instruments": (0, 0, 0, 33),
        "screening": (0, 0, 0, 1),
        "adverse_events": (0, 0, 0, 1),
        "rules": (0, 0, 0, 1),
        "house": (0, 0, 0, 1),
    }
    assert Entry.objects.count() == entries_before


def test_changed_entry_becomes_a_new_version_and_the_old_one_stays(now: datetime) -> None:
    later = now + timedelta(days=1)
    old = ProductVersion.objects.current().get(key="onabotulinumtoxinA")
    assert counts(later, products=with_session_limit(300))["products"] == (0, 1, 0, 9)
    old.refresh_from_db()
    new = ProductVersion.objects.current().get(key="onabotulinumtoxinA")
    assert (old.superseded_at, new.number, new.loaded_at) == (later, old.number + 1, later)
    assert [row["max_units"] for row in old.facts["limits"] if row["scope"] == "session_total"] == [195, 400]
    assert [row["max_units"] for row in new.facts["limits"] if row["scope"] == "session_total"] == [195, 300]


def test_changed_file_leaves_what_the_clinic_edited(now: datetime) -> None:
    manager = User.objects.create_user(email="manager@interval.example", full_name="Manager", role=Role.MANAGER)
    botox = ProductVersion.objects.current().get(key="onabotulinumtoxinA")
    edited = with_changes(botox.facts, {"limits.5.max_units": 360}, why="The clinic: Lower for all of us.")
    edit_entry(kind="products", seen=botox, facts=edited, reason="Lower for all of us.", by=manager, now=now)
    assert counts(now, products=with_session_limit(300))["products"] == (0, 0, 1, 9)
    assert current_formulary().product("onabotulinumtoxinA").session_limits()[1].max_units == Decimal(360)


def test_muscle_keeps_its_chart_points_with_their_source() -> None:
    facts = MuscleVersion.objects.current().get(key="procerus").facts
    assert [(point["seq"], point["side"], point["checked"]) for point in facts["chart_points"]] == [
        (3, "midline", "unverified")
    ]


def test_formulary_of_the_database_is_the_one_shipped() -> None:
    from_database, from_files = current_formulary(), Formulary.from_files()
    assert from_database.products == from_files.products
    assert from_database.rules == from_files.rules
    assert from_database.protocols == from_files.protocols
    assert from_database.questions == from_files.questions
    assert [(p.seq, p.muscle, p.side, p.point) for p in from_database.chart_points] == [
        (p.seq, p.muscle, p.side, p.point) for p in from_files.chart_points
    ]


def test_formulary_follows_a_new_version(now: datetime) -> None:
    assert current_formulary().product("onabotulinumtoxinA").session_limits()[1].max_units == Decimal(400)
    catalogue_loading.load(now=now, documents={"products": with_session_limit(300)})
    assert current_formulary().product("onabotulinumtoxinA").session_limits()[1].max_units == Decimal(300)


def test_formulary_costs_one_query_once_built(django_assert_num_queries: Any) -> None:
    current_formulary()
    with django_assert_num_queries(1):
        current_formulary()


def test_load_leaves_one_line_in_the_trail(now: datetime) -> None:
    catalogue_loading.load(now=now, documents={"products": with_session_limit(300)})
    line = Entry.objects.filter(verb="catalogue.loaded").latest("id")
    assert (line.actor, line.detail["products"]) == ("command", {"new": 0, "changed": 1})
    assert line.thing_public_id == RulesVersion.objects.current().get().public_id


def test_command_prints_a_line_for_each_document() -> None:
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert out.getvalue().splitlines()[0] == (
        "products: 10 entries: 0 new, 0 changed, 0 kept as the clinic edited them"
    )


def test_preempt_is_a_protocol_of_31_sites_and_155_units() -> None:
    facts = ProtocolVersion.objects.current().get(key="preempt_chronic_migraine").facts
    assert (facts["fixed"], facts["checked"]) == ({"sites": 31, "units": 155}, "two_sources")
