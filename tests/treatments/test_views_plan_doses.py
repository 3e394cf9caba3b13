"""Doses on a plan's pages: as they are typed, laid out, summed and shown."""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.treatments.plan_pages import client_of, total, typed_plan, url
from tests.treatments.test_planning import by_hand, preempt
from treatments.formulary import Point
from treatments.formulary_db import current_formulary
from treatments.plan_sites import SiteDraft, SiteRow, spread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2.5", "2.5"),
        ("1.25", "1.25"),
        (".5", "0.5"),
        ("5U", "5"),
        ("2,5", None),
        ("1,000", None),
        ("0", None),
        ("-5", None),
        ("1e2", None),
        ("NaN", None),
        ("2.555", None),
    ],
)
def test_dose_as_typed_is_kept_exactly_or_refused_btx_055_btx_056(now: datetime, typed: str, kept: str | None) -> None:
    plan = by_hand(now, "onabotulinumtoxinA", "cervical_dystonia", SiteRow("splenius_capitis", "left", 1, Decimal(20)))
    client = client_of(plan)
    data = typed_plan(client, plan, **{"units-splenius_capitis:left:0": typed, "note": "Typed too"})
    answer = client.post(url("plan_revise", plan, 1), data)
    if kept is None:
        assert answer.status_code == 422
        body = answer.content.decode()
        assert f'value="{typed}"' in body
        assert "Typed too" in body
        assert total(plan) == Decimal(20)
    else:
        assert answer.status_code == 302
        assert total(plan) == Decimal(kept)


def test_half_filled_line_is_an_error_and_an_empty_one_is_ignored_btx_056(now: datetime) -> None:
    plan = preempt(now)
    client = client_of(plan)
    data = typed_plan(client, plan, **{"muscle-new-0": "splenius_capitis", "side-new-0": "left"})
    answer = client.post(url("plan_revise", plan, 1), data)
    (line,) = [line for line in answer.context["table"]["new_lines"] if line.errors]
    assert (answer.status_code, len(line.errors)) == (422, 2)
    data = typed_plan(client, plan, **{"count-new-1": "1", "units-new-1": "5"})
    answer = client.post(url("plan_revise", plan, 1), data)
    (line,) = [line for line in answer.context["table"]["new_lines"] if line.errors]
    assert (answer.status_code, line.errors) == (422, ["Choose the muscle."])
    assert client.post(url("plan_revise", plan, 1), typed_plan(client, plan)).status_code == 302
    assert (plan.sites.count(), total(plan)) == (31, Decimal(155))


def test_new_muscle_is_laid_out_and_nought_takes_a_line_away(now: datetime) -> None:
    plan = preempt(now)
    client = client_of(plan)
    new = {
        "muscle-new-0": "splenius_capitis",
        "side-new-0": "left",
        "count-new-0": "2",
        "units-new-0": "2.5",
        "count-procerus:midline:0": "0",
    }
    client.post(url("plan_revise", plan, 1), typed_plan(client, plan, **new))
    assert (plan.sites.count(), total(plan)) == (32, Decimal(155))
    answer = client.get(url("plan", plan))
    assert answer.context["table"]["left_out"] == ["Procerus"]


def test_more_sites_than_a_muscle_can_have_are_refused_however_many_lines_they_stand_in(now: datetime) -> None:
    plan = preempt(now)
    client = client_of(plan)
    many = {f"count-frontalis:left:{number}": "60" for number in range(1, 4)}
    data = typed_plan(client, plan, **many, **{name.replace("count", "units"): "5" for name in many})
    answer = client.post(url("plan_revise", plan, plan.version), data)
    assert answer.status_code == 422
    assert "At most 60 sites of one muscle and side." in answer.content.decode()
    assert client.post(url("plan_check", plan), data).status_code == 200


def test_sites_a_figure_has_no_room_for_share_a_place(now: datetime) -> None:
    preempt(now)  # the catalogue is there
    formulary = current_formulary()
    nowhere = SiteDraft("corrugator", "left", Decimal(5), Point("body_back", Decimal("0.5"), Decimal("0.5")))
    sites = spread([SiteRow("corrugator", "left", 200, Decimal(5))], [nowhere], formulary)
    assert len(sites) == 200
    assert sites[0].point == nowhere.point


def test_totals_are_exact_on_every_page_btx_058(now: datetime) -> None:
    plan = by_hand(
        now,
        "onabotulinumtoxinA",
        "cervical_dystonia",
        SiteRow("splenius_capitis", "left", 3, Decimal("0.1")),
        SiteRow("levator_scapulae", "left", 6, Decimal("1.25")),
    )
    client = client_of(plan)
    assert client.get(url("plan", plan)).context["table"]["total_units"] == "7.8"
    live = client.post(url("plan_check", plan), typed_plan(client, plan)).context["table"]
    assert (live["total_units"], live["total_sites"]) == ("7.8", 9)


def test_doses_are_shown_without_a_trailing_nought_btx_059(now: datetime) -> None:
    plan = by_hand(
        now,
        "abobotulinumtoxinA",
        "cervical_dystonia",
        SiteRow("splenius_capitis", "left", 1, Decimal("2.50")),
        SiteRow("splenius_capitis", "right", 2, Decimal("500.00")),
    )
    table = client_of(plan).get(url("plan", plan)).context["table"]
    assert [(line.line.units, line.units) for line in table["muscles"][0].lines] == [("2.5", "2.5"), ("500", "1,000")]
