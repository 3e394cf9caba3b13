"""The pages that start from last time: a new plan, the edit page, a session; and a preparation's clock on its page."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.staff.models import User
from tests.treatments.late import a_late_entry
from tests.treatments.session_pages import local, url
from tests.treatments.sessions import an_active_plan, checked, prepared, ready_to_sign, signed, some_vials
from treatments.models import InjectionSession, Plan, ProductVersion
from treatments.plan_sites import drafts_of
from treatments.preparing import MakingUp, Said, make_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


@pytest.fixture
def last(clinician: User, now: datetime) -> InjectionSession:
    """A signed session that gave one site more than its plan: 7.5 units beside the procerus."""
    session = ready_to_sign(clinician, now)
    site = session.sites.get(muscle__key="procerus")
    site.pk, site.public_id, site.position = None, "0b9f6a58-5f0e-4f6e-9d4e-2d6f1a2b3c4d", 31
    site.units, site.x = site.units + site.units / 2, site.x + site.x / 100
    site.save(force_insert=True)
    return signed(session, clinician, now)


def test_new_plan_offers_the_last_session_and_takes_every_site_of_it(client: Client, last: InjectionSession) -> None:
    address = reverse("treatments:plan_new", args=[last.patient.public_id]) + "?condition=chronic_migraine"
    page = client.get(address)
    assert page.context["last"] == last
    answer = client.post(address, {"condition": "chronic_migraine", "last": str(last.public_id)})
    made = Plan.objects.latest("pk")
    assert answer["Location"] == reverse("treatments:plan_edit", args=[made.public_id])
    assert drafts_of(made) == drafts_of(last)
    table = client.get(reverse("treatments:plan", args=[made.public_id])).context["table"]
    assert (table["differences"], table["last_differences"]) == (1, 0)  # one more than PREEMPT, as last time


def test_edit_page_filled_from_last_time_keeps_its_points_when_saved(client: Client, last: InjectionSession) -> None:
    plan = last.plan
    Plan.objects.filter(pk=plan.pk).update(state="draft")
    page = client.get(reverse("treatments:plan_edit", args=[plan.public_id]) + "?from=last")
    base = json.loads(page.context["base"])
    assert page.context["table"]["last_differences"] == 0
    assert drafts_of(plan) != drafts_of(last)  # nothing is saved by looking
    typed = {"base": json.dumps(base), "from": "last", "product": plan.product.key}
    typed |= {"interval_value": "12", "interval_unit": "weeks", "primary_instrument": "", "note": ""}
    for muscle in page.context["table"]["muscles"]:
        for shown in muscle.lines:
            typed |= {f"count-{shown.line.name}": shown.line.count, f"units-{shown.line.name}": shown.line.units}
    answer = client.post(reverse("treatments:plan_revise", args=[plan.public_id, plan.version]), typed)
    assert answer.status_code == 302
    assert sorted(map(repr, drafts_of(plan))) == sorted(map(repr, drafts_of(last)))


def test_session_starts_from_its_plan_or_as_last_time_and_shows_what_differs(
    client: Client, clinician: User, now: datetime, last: InjectionSession
) -> None:
    page = client.get(reverse("treatments:plan", args=[last.plan.public_id])).content.decode()
    assert "Session as last time" in page
    client.post(reverse("treatments:session_start", args=[last.plan.public_id]), {"from": "last"})
    draft = InjectionSession.objects.get(signed_at=None)
    assert drafts_of(draft) == drafts_of(last)
    checked(last.plan, clinician, now)
    against = client.get(url("session", draft)).context["against"]
    assert against["last"] == last
    (row,) = against["rows"]
    assert row["place"] == "Procerus, midline"
    assert row["last"] == ""
    assert row["plan"] == row["protocol"] != ""


def test_clock_of_a_preparation_runs_on_its_page_and_says_when_it_is_past(
    client: Client, clinician: User, now: datetime
) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    prepared(session, some_vials(clinician, now), clinician, now)  # made up half an hour ago, good for 24 hours
    shown = client.get(url("session", session)).context["made"][0]
    assert (shown["is_past"], shown["hours_left"]) == (False, 23)
    body = client.get(url("session", session)).content.decode()
    assert "23 h" in body
    assert f'data-use-by="{shown["use_by"]:%Y-%m-%dT%H:%M}' in body
    late = MakingUp(
        vials=some_vials(clinician, now, number="B2"),
        diluent="saline",
        diluent_ml=Decimal(4),
        reconstituted_at=now - timedelta(hours=24, minutes=1),
    )
    assert "Past its time: not to be injected</span>" not in body
    make_up(session=session, making=late, said=Said(reasons={}, is_already_given=True), by=clinician, now=now)
    body = client.get(url("session", session)).content.decode()
    assert "Past its time: not to be injected</span>" in body


def test_syringe_plan_says_what_to_open_and_ticks_nothing(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    some_vials(clinician, now, units="200")
    page = client.get(url("session_prepare", session))
    syringe = page.context["syringe"]
    assert [item["vial"].label for item in syringe["vials"]] == ["A"]
    assert syringe["left"] == "45\u00a0units"
    drawn = {row["ml"]: row["draw_ml"] for row in syringe["rows"]}
    assert drawn["4\u00a0mL"] == "3.1\u00a0mL"  # 155 of 200 units in 4 mL
    assert "checked" not in page.content.decode().split('id="id_vials"')[1].split("</fieldset>")[0]
    assert client.get(url("session_syringe", session)).status_code == 200


def test_doses_of_another_product_are_neither_copied_nor_compared(
    client: Client, clinician: User, now: datetime, last: InjectionSession
) -> None:
    """The plan goes over to another product: what was given before, and the protocol, are in units of the first."""
    other = ProductVersion.objects.current().get(key="abobotulinumtoxinA")
    plan = last.plan
    Plan.objects.filter(pk=plan.pk).update(product=other)
    page = client.get(reverse("treatments:plan", args=[plan.public_id]))
    assert "Session as last time" not in page.content.decode()
    table = page.context["table"]
    assert (table["has_last"], table["protocol_sites"], table["total_difference"]) == (False, None, "")
    client.post(reverse("treatments:session_start", args=[plan.public_id]), {"from": "last"})
    assert not InjectionSession.objects.filter(signed_at=None).exists()
    draft = checked(Plan.objects.get(pk=plan.pk), clinician, now)
    shown = client.get(url("session", draft))
    against = shown.context["against"]
    assert (against["last"], against["has_protocol"], against["rows"]) == (None, False, [])
    assert "In units of another product, so not compared: last time, the protocol." in shown.content.decode()


def test_edit_page_filled_from_another_products_session_is_judged_in_its_units(
    client: Client, last: InjectionSession
) -> None:
    """162.5 units of the session's product: over PREEMPT's shape it speaks, over the plan's other product it cannot."""
    plan = last.plan
    Plan.objects.filter(pk=plan.pk).update(
        product=ProductVersion.objects.current().get(key="abobotulinumtoxinA"), state="draft"
    )
    edit = reverse("treatments:plan_edit", args=[plan.public_id])
    rules = {found.rule for found in client.get(edit).context["findings_found"]}
    assert "R12" not in rules
    page = client.get(edit + "?from=last")
    assert page.context["form"]["product"].value() == last.product.key
    assert "R12" in {found.rule for found in page.context["findings_found"]}
    assert page.context["table"]["has_last"]


def test_no_clock_runs_for_a_late_entry_that_was_given_in_time(client: Client, clinician: User, now: datetime) -> None:
    """Given six days ago, half an hour after it was made up."""
    session = a_late_entry(clinician, now, given_at=now - timedelta(days=6))
    body = client.get(url("session", session)).content.decode()
    assert "In time when it was given" in body
    assert "not to be injected" not in body
    assert "data-use-by" not in body


def test_whoever_says_that_a_preparation_follows_is_asked_for_it_next(
    client: Client, clinician: User, now: datetime
) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    vials = some_vials(clinician, now, units="100", count=2)
    made = {"diluent": "saline", "diluent_ml": "2", "reconstituted_at": local(now - timedelta(minutes=20))}
    first = client.post(url("session_prepare", session), made | {"vials": [str(vials[0].public_id)], "is_part": "on"})
    assert first["Location"] == url("session_prepare", session)
    second = client.post(url("session_prepare", session), made | {"vials": [str(vials[1].public_id)]})
    assert second["Location"] == url("session", session)


def test_the_syringe_plan_draws_nothing_where_no_vial_is_in_stock(
    client: Client, clinician: User, now: datetime
) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    page = client.get(url("session_prepare", session)).content.decode()
    assert "are missing in stock here" in page
    assert "What to draw, by dilution" not in page
    some_vials(clinician, now)
    assert "What to draw, by dilution" in client.get(url("session_prepare", session)).content.decode()
