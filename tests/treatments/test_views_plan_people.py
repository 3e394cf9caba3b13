"""Who opens and changes a plan, and two people, or one who signed in again, on one plan."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from clinic.audit.models import Entry
from clinic.staff.models import Role
from tests.treatments.people import a_location, a_user
from tests.treatments.plan_pages import client_of, total, typed_plan, url
from tests.treatments.test_planning import by_hand, preempt
from tests.treatments.test_views_consultation import signed_in_as
from treatments.plan_sites import SiteRow

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "status"), [(Role.FRONT_DESK, 403), (Role.MANAGER, 200), (Role.CLINICIAN, 200)])
def test_plan_opens_for_clinical_roles_only(now: datetime, role: Role, status: int) -> None:
    assert signed_in_as(a_user(role)).get(url("plan", preempt(now))).status_code == status


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.MANAGER])
def test_only_a_clinician_changes_a_plan(now: datetime, role: Role) -> None:
    plan, client = preempt(now), signed_in_as(a_user(role))
    for name, more in (
        ("plan_revise", (1,)),
        ("plan_activate", (1,)),
        ("plan_state", ()),
        ("plan_consent", ()),
        ("plan_limit", ()),
        ("plan_check", ()),
    ):
        assert client.post(url(name, plan, *more)).status_code == 403, name
    assert client.get(url("plan_edit", plan)).status_code == 403


def test_plan_of_another_location_is_not_found(now: datetime) -> None:
    client = signed_in_as(a_user(location=a_location("Elsewhere")))
    plan = preempt(now)
    assert client.get(url("plan", plan)).status_code == 404
    assert client.post(url("plan_activate", plan, 1)).status_code == 404


def test_opening_a_plan_leaves_a_line_in_the_trail(now: datetime) -> None:
    plan = preempt(now)
    client_of(plan).get(url("plan", plan))
    assert Entry.objects.filter(verb="plan.opened", thing_public_id=plan.public_id).count() == 1


def test_other_tabs_dose_stays_and_nothing_typed_is_lost_btx_094(now: datetime) -> None:
    """Tab A and B open a plan of 100 units. A saves 120. B, opened before, changes only the note and saves."""
    plan = by_hand(now, "onabotulinumtoxinA", "cervical_dystonia", SiteRow("splenius_capitis", "left", 2, Decimal(50)))
    tab_a, tab_b = client_of(plan), signed_in_as(a_user(name="B"))
    dose = "units-splenius_capitis:left:0"
    of_b = typed_plan(tab_b, plan, note="Only the note")
    tab_a.post(url("plan_revise", plan, 1), typed_plan(tab_a, plan, **{dose: "60"}))
    assert total(plan) == Decimal(120)
    answer = tab_b.post(url("plan_revise", plan, 1), of_b)
    assert answer.status_code == 409
    assert answer.context["meanwhile"] == [
        {"label": "Splenius capitis, left: units each", "theirs": "60", "typed": None}
    ]
    assert total(plan) == Decimal(120)
    form, table = answer.context["form"], answer.context["table"]
    assert (form["note"].value(), table["total_units"]) == ("Only the note", "120")
    again = {**of_b, dose: "60", "base": answer.context["base"]}
    tab_b.post(url("plan_revise", plan, answer.context["version"]), again)
    plan.refresh_from_db()
    assert (plan.note, total(plan)) == ("Only the note", Decimal(120))


def test_both_changed_one_dose_and_both_are_seen_btx_094(now: datetime) -> None:
    plan = by_hand(now, "onabotulinumtoxinA", "cervical_dystonia", SiteRow("splenius_capitis", "left", 2, Decimal(50)))
    tab_a, tab_b = client_of(plan), signed_in_as(a_user(name="B"))
    dose = "units-splenius_capitis:left:0"
    of_b = typed_plan(tab_b, plan, **{dose: "45"})
    tab_a.post(url("plan_revise", plan, 1), typed_plan(tab_a, plan, **{dose: "60"}))
    answer = tab_b.post(url("plan_revise", plan, 1), of_b)
    assert answer.context["meanwhile"] == [
        {"label": "Splenius capitis, left: units each", "theirs": "60", "typed": "45"}
    ]
    assert total(plan) == Decimal(120)


def test_no_style_or_script_stands_in_the_pages() -> None:
    pages = list((Path(__file__).parents[2] / "templates" / "treatments").glob("*.html"))
    assert len(pages) > 50
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert " style=" not in text, page
        assert " onclick=" not in text, page


@pytest.mark.parametrize("name", ["plan_resume", "plan_consent", "plan_limit", "plan_check"])
def test_deed_is_refused_to_get(now: datetime, name: str) -> None:
    plan = preempt(now)
    assert client_of(plan).get(url(name, plan)).status_code == 405


@pytest.mark.parametrize(("name", "leads_to"), [("plan_revise", "plan_edit"), ("plan_activate", "plan")])
def test_who_signed_in_again_comes_back_to_the_page_btx_095(now: datetime, name: str, leads_to: str) -> None:
    """The sign-in page leads to the address that was posted, by GET: nothing changes there, the form is back."""
    plan = preempt(now)
    answer = client_of(plan).get(url(name, plan, 1))
    assert (answer.status_code, answer["Location"]) == (302, url(leads_to, plan))
    plan.refresh_from_db()
    assert (plan.state, plan.version) == ("draft", 1)
