"""Toxin given elsewhere: written down, counted over all plans, corrected and withdrawn, never changed (BTX-055)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.embedded.home import OWNER_ROLE
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.models import Role, User
from patients.models import Patient
from tests.treatments.people import a_location, a_patient, a_user, an_intake
from tests.treatments.sessions import BOTOX, an_active_plan, checked
from treatments.assessment import assess_plan
from treatments.elsewhere import Span
from treatments.errors import EditedMeanwhile, ReasonMissing
from treatments.findings import of_rule
from treatments.formulary import Formulary
from treatments.models import ProductVersion, ToxinElsewhere
from treatments.noting import Told, correct_elsewhere, note_elsewhere, withdraw_elsewhere
from treatments.plan_facts import facts_of_plan
from treatments.priors import prior_sessions
from treatments.session_facts import facts_of_session

pytestmark = pytest.mark.django_db
FORMULARY = Formulary.from_files()


@pytest.fixture
def by() -> User:
    return a_user(name="Jigna Vasavada")


def told(text: str, *, product: str = "", units: str = "", **facts: Any) -> Told:
    span = Span.read(text)
    assert span is not None
    return Told(
        span=span,
        said_by="patient",
        product=ProductVersion.objects.current().get(key=product) if product else None,
        units=Decimal(units) if units else None,
        **facts,
    )


def verdicts(plan: Any, on: date) -> dict[str, str]:
    found = assess_plan(facts_of_plan(plan, on=on, formulary=FORMULARY), FORMULARY)
    return {rule: str(of_rule(found, rule)[0].level.value) for rule in ("R01", "R02")}


def test_toxin_elsewhere_counts_against_interval_and_total_of_every_plan(by: User, now: datetime) -> None:
    plan = an_active_plan(by, now)
    on = date(2027, 3, 20)
    assert verdicts(plan, on) == {"R01": "ok", "R02": "ok"}
    note_elsewhere(patient=plan.patient, told=told("2027-01-10", product=BOTOX, units="300"), by=by, now=now)
    # 69 days before, under 84; 300 and the plan's 155 units are 455, over the label's 400 in three months.
    assert verdicts(plan, on) == {"R01": "override", "R02": "override"}


@pytest.mark.parametrize(("product", "units"), [("", "100"), (BOTOX, "")])
def test_unknown_product_or_units_is_not_computable(by: User, now: datetime, product: str, units: str) -> None:
    plan = an_active_plan(by, now)
    note_elsewhere(patient=plan.patient, told=told("2027-01-10", product=product, units=units), by=by, now=now)
    found = assess_plan(facts_of_plan(plan, on=date(2027, 3, 20), formulary=FORMULARY), FORMULARY)
    assert of_rule(found, "R02")[0].wording.code == "R02.not_computable"


def test_the_same_treatment_told_at_the_day_of_check_counts_once(by: User, now: datetime) -> None:
    plan = an_active_plan(by, now)
    note_elsewhere(patient=plan.patient, told=told("2027-01", product=BOTOX, units="100"), by=by, now=now)
    session = checked(
        plan, by, now, elsewhere="yes", elsewhere_on=date(2027, 1, 14), elsewhere_product=BOTOX,
        elsewhere_units=Decimal(100),
    )  # fmt: skip
    prior = facts_of_session(session, formulary=FORMULARY, used_at=now).prior
    assert [(one.on, one.units) for one in prior] == [(date(2027, 1, 31), Decimal(100))]


def test_the_same_treatment_told_in_the_intake_counts_once_and_answers_the_question(by: User, now: datetime) -> None:
    plan = an_active_plan(by, now)
    note_elsewhere(patient=plan.patient, told=told("2027-02", product=BOTOX, units="100"), by=by, now=now)
    assert [one.on for one in prior_sessions(plan.patient)] == [date(2027, 2, 28)]


def test_a_correction_replaces_and_a_withdrawal_counts_no_more(by: User, now: datetime) -> None:
    patient = a_patient()
    first = note_elsewhere(patient=patient, told=told("2027-01-10", product=BOTOX, units="300"), by=by, now=now)
    second = correct_elsewhere(
        row=first, told=told("2027-01-10", product=BOTOX, units="30"), reason="A nought too many", by=by, now=now
    )
    assert [one.units for one in prior_sessions(patient)] == [Decimal(30)]
    withdraw_elsewhere(row=second, reason="It was filler", by=by, now=now)
    assert prior_sessions(patient) == ()
    assert [row.reason for row in ToxinElsewhere.objects.order_by("pk")] == ["", "A nought too many", "It was filler"]
    verbs = Entry.objects.filter(verb__startswith="toxin.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["toxin.noted", "toxin.corrected", "toxin.withdrawn"]


def test_a_second_correction_of_one_row_is_refused(by: User, now: datetime) -> None:
    first = note_elsewhere(patient=a_patient(), told=told("2027-01-10"), by=by, now=now)
    second = withdraw_elsewhere(row=first, reason="It was filler", by=by, now=now)
    with pytest.raises(EditedMeanwhile) as refused:
        correct_elsewhere(row=first, told=told("2027-01-11"), reason="A day later", by=by, now=now)
    assert refused.value.theirs == second
    with pytest.raises(EditedMeanwhile):
        withdraw_elsewhere(row=second, reason="again", by=by, now=now)


def test_no_correction_without_a_reason(by: User, now: datetime) -> None:
    first = note_elsewhere(patient=a_patient(), told=told("2027-01-10"), by=by, now=now)
    with pytest.raises(ReasonMissing):
        withdraw_elsewhere(row=first, reason="  ", by=by, now=now)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"precision": "month", "given_on": date(2027, 1, 2)}, "toxin_elsewhere_begins_what_is_known"),
        ({"precision": "year", "given_on": date(2027, 2, 1)}, "toxin_elsewhere_begins_what_is_known"),
        ({"units": Decimal(0)}, "toxin_elsewhere_units_above_zero"),
        ({"is_withdrawn": True}, "toxin_elsewhere_change_has_a_reason"),
    ],
)
def test_the_database_refuses_what_cannot_be(by: User, now: datetime, facts: dict[str, Any], constraint: str) -> None:
    row = {"given_on": date(2027, 1, 1), "precision": "day", "said_by": "patient", "by": by, "at": now} | facts
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ToxinElsewhere.objects.create(patient=a_patient(), **row)


GROWING = ("toxinelsewhere", "goalreview", "strategyreview", "questionanswer", "consultationaddendum")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET by_id = by_id", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"]
)
def test_the_owner_changes_no_row_that_only_grows(by: User, now: datetime, statement: str) -> None:
    note_elsewhere(patient=a_patient(), told=told("2027-01-10"), by=by, now=now)
    settings = connection.settings_dict
    owner = psycopg2.connect(host=settings["HOST"], user=OWNER_ROLE, dbname=settings["NAME"])
    owner.autocommit = True
    try:
        for table in GROWING if statement.startswith("TRUNCATE") else GROWING[:1]:
            with owner.cursor() as cursor, pytest.raises(psycopg2.Error, match=r"stands|only grow"):
                cursor.execute(statement.format(table=f"treatments_{table}"))
    finally:
        owner.close()


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(patient: Patient) -> str:
    return reverse("treatments:elsewhere", args=[patient.public_id])


def test_page_writes_down_as_far_as_it_is_known(by: User) -> None:
    patient, client = a_patient(), signed_in_as(by)
    answer = client.post(
        page(patient),
        {"when_month": "11", "when_year": "2025", "said_by": "paper", "clinic": "Skin clinic", "units": "12.5"},
    )
    assert answer.status_code == 302
    row = ToxinElsewhere.objects.get()
    assert (row.given_on, row.precision, row.product, row.units, row.said_by, row.by) == (
        date(2025, 11, 1),
        "month",
        None,
        Decimal("12.5"),
        "paper",
        by,
    )
    body = client.get(page(patient)).content.decode()
    assert "Nov 2025" in body
    assert "product not known" in body


def test_page_refuses_what_is_still_to_come_and_keeps_what_was_typed(by: User) -> None:
    patient = a_patient()
    year = str(day_of(clock.now(), patient.location.zone).year + 1)
    answer = signed_in_as(by).post(page(patient), {"when_year": year, "units": "many", "clinic": "Skin clinic"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"when", "units", "said_by"}
    assert "Skin clinic" in answer.content.decode()
    assert not ToxinElsewhere.objects.exists()


def test_page_offers_what_the_patient_told_until_it_is_written_down(by: User, now: datetime) -> None:
    patient, client = a_patient(), signed_in_as(by)
    more = {"s10_prior_toxin.when": "2027-01", "s10_prior_toxin.brand": "Botox", "s10_prior_toxin.units": "50"}
    an_intake(patient, now=now, s10_prior_toxin="yes", **more)
    told_words = client.get(page(patient)).context["told"]
    assert (told_words["when"], told_words["product"], told_words["units"]) == ("2027-01", BOTOX, "50")
    note_elsewhere(patient=patient, told=told("2027-01", product=BOTOX, units="50"), by=by, now=now)
    assert client.get(page(patient)).context["told"] is None


def test_change_page_corrects_and_withdraws(by: User, now: datetime) -> None:
    patient, client = a_patient(), signed_in_as(by)
    row = note_elsewhere(patient=patient, told=told("2025-01-10", product=BOTOX, units="300"), by=by, now=now)
    change = reverse("treatments:elsewhere_change", args=[row.public_id])
    shown = client.get(change).context["form"]
    assert (shown["units"].value(), shown["product"].value()) == ("300", BOTOX)
    refused = client.post(change, {"when_year": "2025", "said_by": "patient", "correct": "1"})
    assert set(refused.context["form"].errors) == {"reason"}
    client.post(change, {"withdraw": "1", "withdraw-reason": "It was filler"})
    assert prior_sessions(patient) == ()
    assert client.get(change).status_code == 302
    assert "It was filler" in client.get(page(patient)).content.decode()


def test_page_is_for_clinicians_of_the_patient(by: User) -> None:
    patient = a_patient()
    assert signed_in_as(a_user(Role.FRONT_DESK)).get(page(patient)).status_code == 403
    assert signed_in_as(a_user(location=a_location("Other"))).get(page(patient)).status_code == 404


def test_way_on_leads_only_to_pages_of_ours(by: User) -> None:
    patient, client = a_patient(), signed_in_as(by)
    sent = {"when_year": "2025", "said_by": "patient"}
    assert client.post(f"{page(patient)}?next=/patients/", sent)["Location"] == "/patients/"
    assert client.post(f"{page(patient)}?next=https://evil.example/", sent)["Location"] == page(patient)


def test_list_costs_the_same_with_one_row_and_three(
    by: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    patient, client = a_patient(), signed_in_as(by)
    counts = []
    for rows in (1, 2):
        for turn in range(rows):
            note_elsewhere(
                patient=patient, told=told(f"202{rows}-0{turn + 1}", product=BOTOX), by=by, now=now - timedelta(days=1)
            )
        client.get(page(patient))
        with django_assert_max_num_queries(40) as captured:
            client.get(page(patient))
        counts.append(len(captured))
    assert counts[0] == counts[1]
