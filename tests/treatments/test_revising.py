"""A plan's revisions: kept at each step with who, when and why; its states asked about before they change."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinic.embedded.home import APP_ROLE, OWNER_ROLE
from clinic.staff.models import User
from tests.treatments.people import a_user
from tests.treatments.sessions import REASON, an_active_plan, checked, prepared, ready_to_sign, signed, some_vials
from treatments.discarding import Leftover, discard_draft
from treatments.models import DiscardedDraft, InjectionSession, Plan, PlanRevision, Vial
from treatments.plan_drafts import draft_from_protocol
from treatments.planning import complete, pause, resume, stop
from treatments.revising import revisions_of
from treatments.session_refusals import SessionSigned

pytestmark = pytest.mark.django_db


def kinds(plan: Plan) -> list[str]:
    return [told.revision.kind for told in revisions_of(plan)]


def test_each_step_of_a_plan_is_a_revision_with_its_author_and_reason(clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    pause(plan=plan, reason="Abroad until May", by=clinician, now=now)
    resume(plan=plan, by=clinician, now=now)
    stop(plan=plan, reason="Moved away", by=clinician, now=now)
    assert kinds(plan) == ["stopped", "resumed", "paused", "stood"]  # it was older than its revisions
    newest = revisions_of(plan)[0].revision
    assert (newest.by, newest.at, newest.why) == (clinician, now, "Moved away")


def test_draft_begins_its_revisions(clinician: User, now: datetime) -> None:
    patient = an_active_plan(clinician, now).patient
    plan = draft_from_protocol(patient=patient, protocol_key="preempt_chronic_migraine", by=clinician, now=now)
    (told,) = revisions_of(plan)
    assert (told.revision.kind, len(told.sites), told.injections) == ("drafted", 31, ())


def test_revision_says_what_differs_from_the_one_before(client: Client, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    Plan.objects.filter(pk=plan.pk).update(state="draft")
    page = client.get(reverse("treatments:plan_edit", args=[plan.public_id]))
    base = json.loads(page.context["base"])
    sent = base | {"base": json.dumps(base), "count-temporalis:left:0": "6", "interval_value": "14", "why": "Wears off"}
    answer = client.post(reverse("treatments:plan_revise", args=[plan.public_id, plan.version]), sent)
    assert answer.status_code == 302
    told = revisions_of(plan)[0]
    assert (told.revision.kind, told.revision.why) == ("changed", "Wears off")
    assert told.fields == {"interval_value": ("12", "14")}
    assert [(one.place, one.sites, one.units) for one in told.injections] == [("temporalis:left", 2, Decimal(10))]
    shown = client.get(reverse("treatments:plan_revisions", args=[plan.public_id])).content.decode()
    assert "Wears off" in shown
    assert "+2 sites" in shown
    assert "12, now 14" in shown


def test_units_of_two_products_are_no_difference(client: Client, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    Plan.objects.filter(pk=plan.pk).update(state="draft")
    page = client.get(reverse("treatments:plan_edit", args=[plan.public_id]))
    base = json.loads(page.context["base"])
    sent = base | {"base": json.dumps(base), "units-temporalis:left:0": "15", "product": "abobotulinumtoxinA"}
    client.post(reverse("treatments:plan_revise", args=[plan.public_id, plan.version]), sent)
    told = revisions_of(plan)[0]
    assert told.fields == {"product": ("onabotulinumtoxinA", "abobotulinumtoxinA")}
    assert sum(site.units for site in told.sites) == Decimal(195)  # kept: 4 sites of 15 for 5
    assert told.injections == ()


@pytest.mark.parametrize("sql", ["UPDATE {} SET why = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_revision_stands_as_it_was_saved(clinician: User, now: datetime, sql: str) -> None:
    pause(plan=an_active_plan(clinician, now), reason="Abroad until May", by=clinician, now=now)
    table = PlanRevision._meta.db_table  # noqa: SLF001 - Django's documented meta API
    for role in (OWNER_ROLE, APP_ROLE):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}; {sql.format(table)}")
    assert PlanRevision.objects.count() == 2


@pytest.mark.parametrize("state", ["paused", "stopped", "completed"])
def test_state_is_asked_about_before_it_changes(client: Client, clinician: User, now: datetime, state: str) -> None:
    plan = an_active_plan(clinician, now)
    address = reverse("treatments:plan_state", args=[plan.public_id])
    assert client.get(f"{address}?state={state}").status_code == 200
    plan.refresh_from_db()
    assert plan.state == "active"
    without = client.post(address, {"state": state})
    assert without.status_code == (302 if state == "completed" else 422)
    if state != "completed":
        client.post(address, {"state": state, "reason": "Moved away"})
    plan.refresh_from_db()
    assert plan.state == state


def test_pause_can_be_taken_back_and_a_stop_cannot(client: Client, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    answer = client.post(
        reverse("treatments:plan_state", args=[plan.public_id]), {"state": "paused", "reason": "Abroad"}, follow=True
    )
    undo = reverse("treatments:plan_resume", args=[plan.public_id])
    assert undo in answer.content.decode()
    client.post(undo)
    plan.refresh_from_db()
    assert plan.state == "active"
    complete(plan=plan, by=clinician, now=now)
    client.post(undo)
    plan.refresh_from_db()
    assert plan.state == "completed"


def test_discarded_draft_goes_and_what_stood_on_it_stays(clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    prepared(session, some_vials(clinician, now), clinician, now)
    plan = session.plan
    kept = discard_draft(
        session=session, reason="Fever, sent home", leftover=Leftover(is_wasted=False), by=clinician, now=now
    )
    assert not InjectionSession.objects.exists()
    assert len(kept.contents["sites"]) == 31
    assert kept.contents["day_of_check"]["consent"] == "yes"
    vial = Vial.objects.get()
    assert (vial.opened_at is not None, vial.closed_at, vial.drawn_units) == (True, None, Decimal(0))
    again = checked(plan, clinician, now + timedelta(minutes=5))  # the plan takes a new draft
    assert again.pk != session.pk


def test_opened_vial_of_a_discarded_draft_is_closed_as_wastage(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    prepared(session, some_vials(clinician, now), clinician, now)
    witness = a_user(location=session.location)
    address = reverse("treatments:session_discard", args=[session.public_id])
    page = client.get(address)
    assert page.context["form"]["vials"].value() is None  # what becomes of them is asked, not assumed
    assert client.post(address, {"reason": REASON}).status_code == 422
    sent = {"reason": "Fever, sent home again", "vials": "wasted", "witness": str(witness.public_id)}
    assert client.post(address, sent).status_code == 302
    vial = Vial.objects.get()
    assert vial.closed_at is not None
    line = vial.draws.get()
    assert (line.kind, line.units, line.reason, line.witness) == (
        "wasted",
        Decimal(200),
        "Fever, sent home again",
        witness,
    )
    assert DiscardedDraft.objects.get().reason == "Fever, sent home again"


def test_signed_session_is_not_discarded(clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    with pytest.raises(SessionSigned):
        discard_draft(session=session, reason=REASON, leftover=Leftover(is_wasted=False), by=clinician, now=now)
    assert InjectionSession.objects.get().is_signed
