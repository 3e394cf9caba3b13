"""What the clinician writes: intake, consultation, plan."""

import re

from playwright.sync_api import Page, expect

from clinic.audit.models import Entry
from clinic.staff.models import User
from patients.models import Consent, Patient
from tests.journeys.looking import Eyes
from tests.journeys.phone_steps import QUESTION
from treatments.models import Consultation, Plan, Score

REASON = "Discussed with the patient, who agrees to it."


def open_chart(page: Page, patient: Patient, doctor: User, eyes: Eyes) -> None:
    """Find the patient by name, open the chart; that it was opened is written down."""
    seen = Entry.objects.filter(verb="chart.opened", by=doctor, patient_public_id=patient.public_id)
    assert not seen.exists()
    page.goto("/")
    eyes.look(page, name="clinician's day", dark=True)
    page.get_by_label("Find a patient").fill("asha rao")
    page.locator(f"#search-hits a[href='/patients/{patient.public_id}/']").click()
    page.get_by_role("link", name="Open the chart").click()
    expect(page.get_by_role("heading", name="Treatment story")).to_be_visible()
    assert seen.count() == 1
    eyes.look(page, name="chart", dark=True)


def review_intake(page: Page, eyes: Eyes) -> None:
    """Read what the patient answered; the one yes is marked."""
    page.get_by_role("link", name="Review", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("1 answer to assess"))).to_be_visible()
    expect(page.get_by_text(QUESTION).first).to_be_visible()
    eyes.look(page, name="intake, review")
    page.get_by_role("button", name="Mark as reviewed").click()
    expect(page.get_by_role("heading", name="Chart")).to_be_visible()


def consult(page: Page, eyes: Eyes) -> Consultation:
    """Assess the flag, score, decide, set a goal, take the consent, sign."""
    page.get_by_role("button", name="Start consultation").click()
    expect(page.get_by_role("heading", name="Consultation", exact=True)).to_be_visible()
    assert page.locator("input[type=radio]:checked").count() == 0
    eyes.look(page, name="consultation", dark=True)
    page.get_by_label("Condition considered").select_option(label="Chronic migraine")
    page.get_by_role("button", name="Show its scores").click()
    expect(page.locator("table.scores")).to_be_visible()
    folded = page.locator("details.more:not([open]) > summary").filter(has_text="answer")
    while folded.count():
        folded.first.click()
    for answer in page.locator("input[type=radio][value=no][name^=confirmed_]").all():
        answer.check()
    page.locator("[name=note_s05_dysphagia]").fill("One fishbone, years ago; drinks a glass without coughing")
    page.locator("[name=count_s26_diagnosis_gate_headache_days]").fill("20")
    page.locator("[name=count_s26_diagnosis_gate_migraine_days]").fill("10")
    page.get_by_label("Headache days", exact=False).last.fill("20")
    page.get_by_label("Answer", exact=True).fill("The same day, if your neck feels strong.")
    page.locator("[name=history]").fill("Headache on twenty days a month since 2019")
    page.locator("[name=goal_text_0]").fill("Teach a full week")
    page.locator("[name=goal_target_0]").fill("10 headache days a month")
    page.locator("[name=strategy_what_0]").fill("Physiotherapy of the neck")
    page.locator("input[name=decision][value=treat]").check()
    page.locator("[name=decision_reason]").fill("Fulfils the criteria; two preventives did not help")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status").get_by_text("Draft saved.")).to_be_visible()
    page.get_by_role("button", name="The patient agrees").first.click()
    expect(page.get_by_role("status").get_by_text("Consent recorded.")).to_be_visible()
    assert Consent.objects.filter(kind="treatment", is_given=True).count() == 1
    page.get_by_role("button", name="Sign consultation").click()
    expect(page.get_by_text("Signed and frozen.")).to_be_visible()
    eyes.look(page, name="consultation, signed")
    held = Consultation.objects.get()
    assert held.is_signed
    assert (held.goals.count(), held.strategies.count()) == (1, 1)
    assert Score.objects.filter(consultation=held, is_baseline=True).count() == 1
    return held


def plan_from_preempt(page: Page, eyes: Eyes) -> Plan:
    """Start from the protocol: 31 sites and 155 units; give each reason that is asked for; put it to use."""
    page.get_by_role("link", name="Make a plan").click()
    expect(page.get_by_label("What is treated")).to_have_value("chronic_migraine")
    eyes.look(page, name="plan, new")
    page.get_by_role("button", name="Start from this protocol").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_role("button", name="Save plan")).to_be_visible()
    eyes.look(page, name="plan, edit")
    page.get_by_role("button", name="Save plan").click()
    expect(page.get_by_role("button", name="Put in use")).to_be_visible()
    total = page.locator("footer.action-bar .total")
    expect(total).to_contain_text("155")
    expect(total).to_contain_text("31 sites")
    eyes.look(page, name="plan", dark=True)
    for reason in page.locator("#activate textarea").all():
        reason.fill(REASON)
    page.get_by_role("button", name="Put in use").click()
    expect(page.get_by_role("button", name="Start session")).to_be_visible()
    plan = Plan.objects.get()
    assert plan.state == "active"
    return plan
