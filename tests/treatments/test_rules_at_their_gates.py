"""Each rule R01 to R31, the gates it speaks at, and the page it stands on: none is written and then never asked."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.staff.models import User
from tests.treatments.session_pages import posted, url
from tests.treatments.sessions import (
    REASON,
    an_active_plan,
    checked,
    prepared,
    ready_to_sign,
    signed,
    some_vials,
)
from treatments.gates import RULES_AT, Gate
from treatments.models import InjectionSession, Plan
from treatments.preparing import Said, take_from
from treatments.session_refusals import ReasonsMissing

PLAN, DAY, BENCH, SIGN, CLOSE = Gate.PLAN, Gate.DAY_OF, Gate.PREPARING, Gate.SIGNING, Gate.CLOSING
ASKED_AT: dict[str, tuple[Gate, ...]] = {
    "R01": (PLAN, DAY, SIGN),
    "R02": (PLAN, DAY, SIGN),
    "R03": (PLAN, SIGN),
    "R04": (PLAN, SIGN),
    "R05": (PLAN, DAY, SIGN),
    "R06": (BENCH, SIGN),
    "R07": (BENCH, SIGN),
    "R08": (BENCH, SIGN),
    "R09": (SIGN,),
    "R10": (BENCH, SIGN, CLOSE),
    "R11": (SIGN,),
    "R12": (PLAN, SIGN),
    "R14": (PLAN, DAY, SIGN),
    "R15": (PLAN, DAY, SIGN),
    "R16": (PLAN, DAY, SIGN),
    "R17": (PLAN, DAY, SIGN),
    "R18": (PLAN, DAY, SIGN),
    "R19": (PLAN, DAY, SIGN),
    "R20": (PLAN, DAY, SIGN),
    "R21": (PLAN, DAY, SIGN),
    "R24": (PLAN, SIGN),
    "R25": (PLAN, SIGN),
    "R26": (BENCH, SIGN),
    "R27": (PLAN, DAY, SIGN),
    "R31": (PLAN, DAY, BENCH, SIGN),
}
ELSEWHERE = {
    "R28": ("treatments/symptom_reports.py", "urgency_of"),  # the page behind the check-in's link
    "R29": ("scheduling/following_up/hearing.py", "def plan_changed"),  # letters of a plan that is paused or stopped
    "R30": ("treatments/views/session_billing.py", "billing_text"),  # the signed sheet
}
PAGES = {
    PLAN: "views/plan_read.py",
    DAY: "views/session_before.py",
    BENCH: "views/session_prepare.py",
    SIGN: "views/session_edit.py",
}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


def test_every_rule_speaks_at_the_gates_of_the_table_and_at_no_other() -> None:
    assert {gate: {rule for rule, gates in ASKED_AT.items() if gate in gates} for gate in Gate} == RULES_AT


def test_no_rule_is_missing_from_the_table() -> None:
    numbered = {f"R{number:02}" for number in range(1, 32)} - {"R13", "R22", "R23"}
    assert set(ASKED_AT) | set(ELSEWHERE) == numbered


def test_each_gate_has_a_page_that_shows_its_findings() -> None:
    for page in PAGES.values():
        assert re.search(r"shown_findings", (ROOT / "treatments" / page).read_text()), page
    for path, name in ELSEWHERE.values():
        assert name in (ROOT / path).read_text(), path


def rules_shown(session: InjectionSession, client: Client) -> dict[str, str]:
    shown = client.get(url("session", session)).context["findings"]
    return {finding.rule: finding.level for finding in (*shown["open"], *shown["clear"])}


@pytest.mark.django_db
def test_r12_shape_speaks_on_the_plan_and_on_the_session(client: Client, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now, sites=30)
    page = client.get(reverse("treatments:plan", args=[plan.public_id])).content.decode()
    assert "R12" in page
    session = checked(plan, clinician, now)
    assert rules_shown(session, client)["R12"] == "warn"


@pytest.mark.django_db
def test_r25_same_point_twice_warns_on_the_session(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    assert rules_shown(session, client)["R25"] == "ok"
    first, second = session.sites.filter(muscle__key="temporalis", side="left")[:2]
    session.sites.filter(pk=second.pk).update(figure=first.figure, x=first.x, y=first.y)
    assert rules_shown(session, client)["R25"] == "warn"


@pytest.mark.django_db
def test_r26_second_patient_on_a_vial_needs_its_reason(clinician: User, now: datetime) -> None:
    first = signed(ready_to_sign(clinician, now), clinician, now)
    second = checked(an_active_plan(clinician, now, sites=5, given_name="Hetal"), clinician, now)
    made = first.preparations.get()
    with pytest.raises(ReasonsMissing) as refused:
        take_from(session=second, made=made, said=Said(reasons={}), by=clinician, now=now)
    assert [found.rule for found in refused.value.findings] == ["R26"]
    reasons = {found.key: REASON for found in refused.value.findings}
    take_from(session=second, made=made, said=Said(reasons=reasons), by=clinician, now=now)
    assert second.findings.get(gate="preparing", rule="R26").reason == REASON


@pytest.mark.django_db
def test_r24_side_of_an_unpaired_muscle_is_said_and_stored_as_midline(
    client: Client, clinician: User, now: datetime
) -> None:
    """The form settles what the rule would warn of, and says so: on the row from script, as a message without."""
    session = checked(an_active_plan(clinician, now), clinician, now)
    prepared(session, some_vials(clinician, now), clinician, now)
    new = "0b9f6a58-5f0e-4f6e-9d4e-2d6f1a2b3c4d"
    said = "Procerus lies in the midline; left was chosen. Stored as midline."
    data = posted(session) | {f"{new}-muscle": "procerus", f"{new}-side": "left", f"{new}-units": "5"}
    data["row"] = [*data["row"], new]
    live = client.post(url("session_save", session), data, headers={"HX-Request": "true"}).content.decode()
    assert f'id="note-{new}" role="status" hx-swap-oob="true">{said}<' in live
    assert session.sites.get(public_id=new).side == "midline"
    data = posted(session)
    data[f"{new}-side"] = "right"
    answer = client.post(url("session_save", session), data)
    assert "right was chosen" in " ".join(str(message) for message in get_messages(answer.wsgi_request))


@pytest.mark.django_db
def test_r24_is_said_on_the_plan_too(client: Client, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    Plan.objects.filter(pk=plan.pk).update(state="draft")
    sent = {"product": plan.product.key, "interval_value": "12", "interval_unit": "weeks", "primary_instrument": ""}
    sent |= {"note": "", "muscle-new-0": "procerus", "side-new-0": "left", "count-new-0": "1", "units-new-0": "5"}
    answer = client.post(reverse("treatments:plan_revise", args=[plan.public_id, plan.version]), sent)
    assert answer.status_code == 302
    told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert told == "Procerus lies in the midline; left was chosen. Stored as midline."
    assert [(site.muscle.key, site.side) for site in plan.sites.all()] == [("procerus", "midline")]
