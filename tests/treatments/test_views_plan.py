"""A plan's pages: from the consultation to a plan in use, doses as they are typed, and two people on one plan."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients.models import Consent
from tests.treatments.people import a_location, a_user
from tests.treatments.test_planning import by_hand, consulted, preempt
from tests.treatments.test_views_consultation import signed_in_as
from treatments.consulting import Assessed
from treatments.formulary import Point
from treatments.formulary_db import current_formulary
from treatments.models import Plan, SessionLimit
from treatments.plan_drafts import draft_from_protocol
from treatments.plan_sites import SiteDraft, SiteRow, spread

pytestmark = pytest.mark.django_db


def url(name: str, plan: Plan, *more: Any) -> str:
    return reverse(f"treatments:{name}", args=[plan.public_id, *more])


def client_of(plan: Plan) -> Client:
    return signed_in_as(plan.clinician)


def typed_plan(client: Client, plan: Plan, **changes: str) -> dict[str, str]:
    """What a browser would send of the edit page as it was opened, with these changes."""
    answer = client.get(url("plan_edit", plan))
    base = json.loads(answer.context["base"])
    return {**base, "base": json.dumps(base), **changes}


def total(plan: Plan) -> Decimal:
    return sum((site.units for site in plan.sites.all()), Decimal(0))


def test_signed_consultation_leads_to_preempt_in_use_in_three_presses(now: datetime) -> None:
    held = consulted(now)
    client = signed_in_as(held.clinician)
    new = reverse("treatments:plan_new", args=[held.patient.public_id])
    answer = client.get(f"{new}?consultation={held.public_id}&condition=chronic_migraine")
    assert [item["protocol"].key for item in answer.context["protocols"]] == ["preempt_chronic_migraine"]
    answer = client.post(
        f"{new}?consultation={held.public_id}",
        {"condition": "chronic_migraine", "protocol": "preempt_chronic_migraine"},
    )
    plan = Plan.objects.get(patient=held.patient)
    assert answer["Location"] == url("plan", plan)
    body = client.get(url("plan", plan)).content.decode()
    assert "155" in body
    client.post(url("plan_activate", plan, 1))
    plan.refresh_from_db()
    assert plan.state == "active"


def test_limit_over_time_says_over_how_long(now: datetime) -> None:
    """400 units of Botox, all treatments together; the rules look back over 84 days."""
    plan = preempt(now)
    numbers = client_of(plan).get(url("plan", plan)).context["sources"]
    assert [(number.label, number.value) for number in numbers[-2:]] == [
        ("Limit over time", "400 U"),
        ("The limit over time looks back", "84 days"),
    ]


def test_no_plan_without_a_consultation_that_decides_for_it(now: datetime) -> None:
    held = consulted(now, decision="more_information")
    client = signed_in_as(held.clinician)
    new = reverse("treatments:plan_new", args=[held.patient.public_id])
    assert client.get(new).context["consultation"] is None
    client.post(new, {"condition": "chronic_migraine", "protocol": "preempt_chronic_migraine"})
    assert Plan.objects.count() == 0


def test_plan_by_hand_takes_product_and_interval_as_said(now: datetime) -> None:
    held = consulted(now)
    new = reverse("treatments:plan_new", args=[held.patient.public_id])
    answer = signed_in_as(held.clinician).post(
        new,
        {
            "condition": "cervical_dystonia",
            "product": "abobotulinumtoxinA",
            "interval_value": "3",
            "interval_unit": "months",
        },
    )
    plan = Plan.objects.get()
    assert answer["Location"] == url("plan_edit", plan)
    assert (plan.product.key, plan.interval_value, plan.interval_unit) == ("abobotulinumtoxinA", 3, "months")


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


def test_override_asks_for_its_reason_on_the_page(now: datetime) -> None:
    plan = preempt(now, s04_neuromuscular=Assessed(is_confirmed=True))
    client = client_of(plan)
    name = "reason_R17.flagged@s04_neuromuscular"
    assert name in client.get(url("plan", plan)).content.decode()
    answer = client.post(url("plan_activate", plan, 1), {name: "short"})
    assert (answer.status_code, list(answer.context["reasons_form"].errors)) == (422, [name])
    assert ">short</textarea>" in answer.content.decode().replace("\n", "")
    client.post(url("plan_activate", plan, 1), {name: "Neurologist agrees, lowest dose."})
    assert plan.findings.get(rule="R17").reason == "Neurologist agrees, lowest dose."


def test_block_says_what_to_do_and_consent_lifts_it(now: datetime) -> None:
    plan = by_hand(
        now, "abobotulinumtoxinA", "myofascial_pain_syndrome", SiteRow("trapezius_upper", "left", 4, Decimal(40))
    )
    client = client_of(plan)
    answer = client.post(url("plan_activate", plan, 1))
    assert answer.status_code == 422
    assert [found.rule for found in answer.context["stopped_by"]] == ["R27"]
    client.post(url("plan_consent", plan), {"kind": "off_label", "is_given": "yes"})
    assert Consent.objects.get(kind="off_label").about_public_id == plan.public_id
    assert not client.get(url("plan", plan)).context["stopped_by"]


def test_limit_is_set_on_the_page_where_none_is_known(now: datetime) -> None:
    plan = by_hand(
        now, "indian_bonta_stunnox", "cervical_dystonia", SiteRow("splenius_capitis", "left", 1, Decimal(20))
    )
    client = client_of(plan)
    assert [stop["rule"] for stop in client.get(url("plan", plan)).context["stops"]] == ["R27", "R31"]
    assert client.post(url("plan_limit", plan), {"max_units": "1,5", "reason": "Careful start"}).status_code == 422
    client.post(url("plan_limit", plan), {"max_units": "120", "reason": "Careful start"})
    assert SessionLimit.objects.get().max_units == Decimal(120)
    assert [stop["rule"] for stop in client.get(url("plan", plan)).context["stops"]] == ["R27"]


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


def test_change_of_state_needs_its_reason(now: datetime) -> None:
    plan = preempt(now)
    client = client_of(plan)
    client.post(url("plan_activate", plan, 1), follow=True)
    answer = client.post(url("plan_state", plan), {"state": "paused"})
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    client.post(url("plan_state", plan), {"state": "paused", "reason": "Travels"})
    plan.refresh_from_db()
    assert (plan.state, plan.state_reason) == ("paused", "Travels")


def test_every_number_of_the_plan_shows_its_source(now: datetime) -> None:
    answer = client_of(plan := preempt(now)).get(url("plan", plan))
    assert [number.label for number in answer.context["sources"] if not number.source.text] == []
    assert all(muscle.source.text for muscle in answer.context["table"]["muscles"])
    assert all(found.source for found in answer.context["findings"].open)


def test_plan_pages_cost_the_same_with_31_sites_and_with_two(now: datetime, django_assert_max_num_queries: Any) -> None:
    small = by_hand(now, "onabotulinumtoxinA", "chronic_migraine", SiteRow("temporalis", "left", 2, Decimal(5)))
    large = preempt(now)
    for page in ("plan", "plan_edit"):
        counts = []
        for plan in (small, large):
            client = client_of(plan)
            client.get(url(page, plan))
            with django_assert_max_num_queries(45) as captured:
                client.get(url(page, plan))
            counts.append(len(captured))
        assert counts[0] == counts[1], page


def test_story_shows_plans_and_is_closed_to_the_desk(now: datetime) -> None:
    plan = preempt(now)
    address = reverse("treatments:patient_story", args=[plan.patient.public_id])
    answer = client_of(plan).get(address)
    (item,) = answer.context["plans"]
    assert (item["sites"], item["units"]) == (31, "155")
    assert signed_in_as(a_user(Role.FRONT_DESK)).get(address).status_code == 403


def test_my_day_lists_what_awaits_my_signature_and_not_others(now: datetime) -> None:
    plan = preempt(now)
    mine = client_of(plan).get(reverse("treatments:my_day"))
    assert [row.pk for row in mine.context["draft_plans"]] == [plan.pk]
    assert len(mine.context["signed_consultations"]) == 1
    other: User = a_user(name="Other")
    assert signed_in_as(other).get(reverse("treatments:my_day")).context["draft_plans"] == []


def test_no_style_or_script_stands_in_the_pages() -> None:
    for page in Path("templates/treatments").glob("*.html"):
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


def test_story_costs_the_same_with_one_plan_and_with_three(now: datetime, django_assert_max_num_queries: Any) -> None:
    plan = preempt(now)
    address = reverse("treatments:patient_story", args=[plan.patient.public_id])
    client = client_of(plan)
    client.get(address)
    counts = []
    for _turn in range(2):
        with django_assert_max_num_queries(22) as captured:
            client.get(address)
        counts.append(len(captured))
        for _more in range(2):
            draft_from_protocol(
                patient=plan.patient,
                protocol_key="preempt_chronic_migraine",
                consultation=plan.consultation,
                by=plan.clinician,
                now=now,
            )
    assert counts[0] == counts[1]


def test_new_plan_preselects_no_product(now: datetime) -> None:
    held = consulted(now)
    new = reverse("treatments:plan_new", args=[held.patient.public_id])
    form = signed_in_as(held.clinician).get(f"{new}?condition=cervical_dystonia").context["form"]
    assert form["product"].value() is None
    assert next(iter(form.fields["product"].choices)) == ("", "—")
