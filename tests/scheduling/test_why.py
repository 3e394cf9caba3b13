"""Why did this patient (not) get a mail? The sentences, for each state and reason, and no slug without its words."""

import ast
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from clinic.outbox import reasons as outbox_reasons
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.models import Patient
from patients.preferences import stop_reminders
from scheduling import following_up, reasons, standing, why
from scheduling.models import FollowUp
from tests.patients.making import client_of
from tests.scheduling.test_following_up import BACK_ON, NOW, at_nine, follow_up_of, visit
from tests.treatments.people import a_user
from tests.treatments.sessions import another_plan, ready_to_sign
from treatments import planning
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db
CLINICAL_WORDS = re.compile(
    r"\b(toxin|botox|injection|inject|dose|units?|pain|migraine|condition|effect|adverse|serious|session|plan is)\b",
    re.IGNORECASE,
)


def told(patient: Patient, *, now: datetime = NOW, is_clinical: bool = False) -> list[str]:
    patient = Patient.objects.select_related("location").get(pk=patient.pk)
    return why.sentences(why.known_of(patient, now=now), is_clinical=is_clinical)


def test_after_a_session_the_next_letter_and_the_call_are_named(session: InjectionSession) -> None:
    Letter.objects.of_kind("check_in").update(state="withdrawn", reason="treated", ended_at=NOW)
    Letter.objects.of_kind("aftercare").update(state="withdrawn", reason="treated", ended_at=NOW)
    assert told(session.patient) == [
        "No letter has been sent yet.",
        "The next letter is “Time to plan the next visit”, on Mon 10 May 2027, 09:00.",
        (
            f"To be back 24 May 2027, with {session.plan.clinician.full_name}: "
            "letters remind; from 10 Jun 2027 on the front desk rings."
        ),
    ]


def test_booked_visit_is_why_no_reminder_goes(session: InjectionSession) -> None:
    visit(session, BACK_ON)
    assert told(session.patient)[-1] == (
        f"To be back 24 May 2027, with {session.plan.clinician.full_name}: booked for Mon 24 May 2027, 10:00, so no "
        "reminder is owed. If the visit is cancelled, the letter is owed again."
    )


def test_letter_that_did_not_go_says_why_and_where_the_patient_is(session: InjectionSession) -> None:
    one = follow_up_of(session)
    Patient.objects.filter(pk=session.patient.pk).update(wants_reminders=False)
    late = at_nine(date(2027, 5, 10))
    Letter.objects.about(one).filter(step="1").update(
        state="withdrawn", reason="opted_out", where="call_list", ended_at=late
    )
    following_up.hand_to_a_person(follow_up_id=one.public_id, where="call_list", reason="opted_out")
    said = told(session.patient, now=late + timedelta(hours=1))
    assert (
        "“Time to plan the next visit” of Mon 10 May 2027, 09:00 did not go: The patient wants no reminders" in said[1]
    )
    assert said[-1].endswith(
        "on the front desk's call list. The patient wants no reminders by e-mail. "
        "If the patient asks for reminders again, letters go again."
    )


def test_letter_that_waits_for_who_wants_none_is_said_not_to_go(session: InjectionSession) -> None:
    """Opted out before the day: the letter waits in the outbox until then, and no sentence promises it."""
    Letter.objects.of_kind("check_in", "aftercare").update(state="withdrawn", reason="treated", ended_at=NOW)
    stop_reminders(patient=session.patient, by=None, now=NOW)
    assert told(session.patient)[1:] == [
        (
            "The next letter is “Time to plan the next visit”, on Mon 10 May 2027, 09:00. As things are it will not "
            "go: The patient wants no reminders by e-mail. The front desk rings instead."
        ),
        (
            f"To be back 24 May 2027, with {session.plan.clinician.full_name}: no letter can go, so the front desk "
            "rings on the day it would have gone. The patient wants no reminders by e-mail."
        ),
    ]


def test_clinician_reads_which_reason_and_the_desk_that_the_clinician_comes_first(
    session: InjectionSession, doctor: User
) -> None:
    planning.pause(plan=session.plan, reason="Pregnancy is planned", by=doctor, now=NOW)
    assert "with the clinician. The clinician sees to this patient first." in told(session.patient)[-1]
    assert "The plan is paused: no reminder goes until it is taken up again." in told(
        session.patient, is_clinical=True
    )[-1]  # fmt: skip


def test_patient_nobody_expects_is_said_to_be_so(doctor: User) -> None:
    draft = ready_to_sign(doctor, NOW)
    assert told(draft.patient)[-1] == "Nobody expects this patient back yet, so no reminder to plan a visit is owed."


ROWS = [
    (state, where, reason)
    for state, places in standing.TOGETHER.items()
    for where, some in places.items()
    for reason in sorted(some)
]


def test_each_state_and_reason_has_its_sentences_without_a_clinical_word_for_the_desk(
    session: InjectionSession,
) -> None:
    one = follow_up_of(session)
    lead = f"To be back 24 May 2027, with {session.plan.clinician.full_name}: "
    seen = {}
    for state, where, reason in ROWS:
        FollowUp.objects.filter(pk=one.pk).update(
            state=state, where=where, reason=reason, said="x", closed_by=session.clinician,
            closed_at=None if state in standing.LIVE else NOW,
        )  # fmt: skip
        line = told(session.patient)[-1]
        assert line.startswith(lead)
        assert not CLINICAL_WORDS.search(line.removeprefix(lead)), line
        assert "_" not in line
        seen[state, where, reason] = line
    assert len(set(seen.values())) >= len(set(standing.TOGETHER)) + 15


def test_every_reason_of_the_table_has_a_sentence_and_what_would_change_it() -> None:
    every = {reason for _state, _where, reason in ROWS if reason}
    assert every - set(reasons.SENTENCES) == set()
    assert every == set(why.CHANGES)


def slugs_in_the_code() -> set[str]:
    """Each literal handed over as a reason, or as what a link or visit is called off for, in what owes letters."""
    found = set()
    root = Path(why.__file__).parents[1]
    files = [
        *(root / "scheduling").rglob("*.py"),
        *(root / "patients").glob("*.py"),
        *(root / "clinic/outbox").glob("*.py"),
    ]
    for file in files:
        if {"migrations", "demo"} & set(file.parts):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                words = [key.value for key in node.keywords if key.arg == "reason"]
                found |= {one.value for one in words if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {one for one in found if re.fullmatch(r"[a-z_]+", one)}


def test_every_slug_in_the_code_has_a_sentence() -> None:
    found = slugs_in_the_code()
    assert {"visit_booked", "opted_out", "session_voided", "later_step"} <= found  # the control: it does find them
    known = set(reasons.SENTENCES) | set(outbox_reasons.SENTENCES)
    known |= {value for name, value in vars(outbox_reasons).items() if name.isupper() and isinstance(value, str)}
    assert found - known == set()


@pytest.mark.parametrize("plans", [1, 3])
def test_chart_asks_the_same_number_of_questions(
    session: InjectionSession, doctor: User, django_assert_num_queries: Any, plans: int
) -> None:
    one = follow_up_of(session)
    for _number in range(plans - 1):
        one.plan = another_plan(session.plan)
        one.pk, one.public_id = None, uuid4()
        one.save(force_insert=True)
    patient = Patient.objects.select_related("location").get(pk=session.patient.pk)
    with django_assert_num_queries(6):
        said = why.sentences(why.known_of(patient, now=NOW), is_clinical=True)
    assert sum(line.startswith("To be back") for line in said) == plans


def test_chart_shows_the_sentences(session: InjectionSession) -> None:
    browser = client_of(a_user(Role.FRONT_DESK))
    page = browser.get(reverse("scheduling:patient_letters", args=[session.patient.public_id])).content.decode()
    assert "from 10 Jun 2027 on the front desk rings" in page


def test_two_keys_that_are_alike_are_told_apart() -> None:
    letter = Letter(state="uncertain", reason="no_answer", due_at=datetime(2027, 5, 10, tzinfo=UTC))
    assert reasons.of_letter(letter) == "The mail server took the letter and never answered. It may have arrived."
    assert reasons.sentence("no_answer") == "No visit was booked by the day on which somebody rings."
