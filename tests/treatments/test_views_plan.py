"""A plan's pages: from the consultation to a plan in use, its findings, sources and states."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from clinic.staff.models import Role, User
from patients.models import Consent
from tests.treatments.people import a_user
from tests.treatments.plan_pages import client_of, url
from tests.treatments.test_planning import by_hand, consulted, preempt
from tests.treatments.test_views_consultation import signed_in_as
from treatments.consulting import Assessed
from treatments.models import Plan, SessionLimit
from treatments.plan_drafts import draft_from_protocol
from treatments.plan_sites import SiteRow

pytestmark = pytest.mark.django_db


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
