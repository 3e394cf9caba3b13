"""What a record that is kept by law still takes: each address that names a patient's thing, pressed and looked at."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from clinic.audit.models import Entry as Line
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients import closing
from patients.models import Intake, Merge, Patient
from patients.registration import PersonFacts, amend
from scheduling.models import FollowUp
from tests.clinic.matrix import STAFF, Entry
from tests.clinic.test_access_matrix import address
from tests.clinic.world import World, taken_back

KEPT = (409, "patients/patient_kept.html")

STAYS: dict[str, str] = {
    "patients:open_closed": "the door itself",
    "patients:restriction": "the restriction itself",
    "patients:restriction_lift": "the restriction itself",
    "scheduling:export_patient_file": "reads; what the law wants told is handed over so",
    "patients:consent_withdraw": "what was agreed to is taken back at any time",
    "patients:correction": "a request is answered, whatever became of the record",
    "patients:deceased": "a death is written down without letters going out first",
    "patients:document_withdraw": "another person's paper leaves the record",
    "treatments:event": "safety goes before a closed record",
    "treatments:event_new": "safety goes before a closed record",
    "treatments:report_answer": "safety goes before a closed record",
    "treatments:report_by_phone": "safety goes before a closed record",
    "treatments:stock_recall_contact": "safety goes before a closed record",
    "treatments:incidents_seen": "safety goes before a closed record",
} | dict.fromkeys(
    (
        "treatments:consultation_consent",
        "treatments:consultation_discard",
        "treatments:consultation_save",
        "treatments:consultation_typed",
        "treatments:session_check",
        "treatments:session_discard",
        "treatments:session_late",
        "treatments:session_prepare",
        "treatments:session_review",
        "treatments:session_save",
        "treatments:session_sign",
        "treatments:session_unprepare",
    ),
    "what a clinician began is finished by them: a given dose is written down and signed",
) | dict.fromkeys(
    (
        "scheduling:cancel",
        "scheduling:keep_displaced",
        "scheduling:move_displaced",
        "scheduling:online_one",
        "scheduling:step",
        "scheduling:undo",
        "scheduling:undo_booking",
        "scheduling:undo_keep",
        "scheduling:until",
    ),
    "a visit that stood is the desk's to end, or to write down that they came",
) | dict.fromkeys(
    (
        "scheduling:book_next",
        "scheduling:give_up",
        "scheduling:log_call",
        "scheduling:take_back_call",
        "scheduling:take_up_again",
        "scheduling:undo_call",
        "scheduling:waiting_decline",
        "scheduling:waiting_take_off",
    ),
    "the follow-up and the place in the line are closed: the deed finds nothing to do, or takes a call back",
) | dict.fromkeys(
    (
        "scheduling:move",
        "scheduling:put_back",
        "scheduling:put_down",
        "scheduling:resend",
        "scheduling:waiting_new",
        "scheduling:waiting_put_back",
        "scheduling:waiting_take",
    ),
    "refused by the deed in its own words (RecordIsRestricted, or no letter goes)",
)  # fmt: skip
"""Each address of a patient's thing that does not answer with the page of a kept record, and why."""

OF_NO_PATIENT = {
    "location",
    "doctor",
    "colleague",
    "leave",
    "extra",
    "late",
    "lot",
    "vial",
    "reading",
    "feed",
    "export",
}
OF_NO_PATIENT |= {"imported", "held_row", "joined"}
"""What an address may name that is not of one patient's record; records that are closed are not merged either."""

LISTS = {
    "patients:merge", "patients:contacts", "patients:numbers", "patients:alerts", "patients:confidential",
    "treatments:elsewhere", "treatments:goals",
}  # fmt: skip
"""Pages that show what there is above their form: they are read."""


def of_patients() -> dict[str, Entry]:
    """The addresses that change something and name a thing of a patient."""
    return {
        name: entry
        for name, entry in STAFF.items()
        if (not entry.is_read and entry.named and entry.named["public_id"] not in OF_NO_PATIENT)
        or name == "treatments:stock_recall_contact"
    }  # fmt: skip


def role_for(entry: Entry) -> Role:
    return next(role for role in (Role.CLINICIAN, Role.MANAGER, Role.FRONT_DESK) if role in entry.roles)


@pytest.fixture
def kept(the: World) -> World:
    """Every record of the place restricted, and opened with a reason by who treats and who manages."""
    here, now = the.here, the.now
    for patient in Patient.objects.living_records().filter(location=here.location):
        closing.restrict(
            patient=patient, ground="erasure_asked", because="Letter", kept_until_on=date(2095, 1, 1),
            by=here.people[Role.MANAGER], now=now,
        )  # fmt: skip
        for role in (Role.CLINICIAN, Role.MANAGER):
            closing.open_closed(patient=patient, because="Asked by court", by=here.people[role], now=now)
    return the


def how(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.templates[0].name if answer.templates else ""


def test_a_kept_record_takes_what_stands_in_the_table_and_nothing_else(kept: World) -> None:
    """Whatever is pressed: no letter is owed, nothing is to be followed up, and who pressed is told."""
    took, people = set(), Patient.objects.filter(location=kept.here.location)
    for name, entry in of_patients().items():
        with taken_back():
            client, where = kept.browser(role_for(entry)), address(name, entry, kept.here)
            before = Line.objects.count()
            answer = how(client.post(where, entry.data))
            if answer != KEPT:
                took.add(name)
            else:
                assert Line.objects.count() == before, name
            if name != "patients:restriction_lift":
                letters = Letter.objects.live().filter(person_public_id__in=people.values("public_id"))
                assert not letters.exists(), name
                assert not FollowUp.objects.live().filter(patient__in=people).exists(), name
    assert took == set(STAYS)


def test_the_empty_form_of_what_is_refused_does_not_open_either(kept: World) -> None:
    """Nobody types a page and is then told that it is not taken."""
    opened = {}
    for name, entry in of_patients().items():
        if entry.is_deed or name in STAYS | dict.fromkeys(LISTS):
            continue
        with taken_back():
            answer = how(kept.browser(role_for(entry)).get(address(name, entry, kept.here)))
        if answer != KEPT:
            opened[name] = answer
    assert opened == {}


CONTROLS = ("patients:consent_sign", "patients:document_add", "patients:edit", "treatments:session_start")


@pytest.mark.parametrize("name", CONTROLS)
def test_the_same_press_is_not_refused_where_nothing_is_restricted(the: World, name: str) -> None:
    """The control: the press is refused for the restriction alone, and taken by who sees a confidential record."""
    here, entry = the.here, STAFF[name]
    closing.make_confidential(
        patient=here.patient, because="A colleague", people=here.people.values(), by=here.people[Role.MANAGER],
        now=the.now,
    )  # fmt: skip
    answer = the.browser(role_for(entry)).post(address(name, entry, here), entry.data)
    assert how(answer) != KEPT
    assert answer.status_code in {200, 302, 422}


SHOWN = (
    "patients:detail", "patients:documents", "patients:documents_part", "patients:consents", "treatments:plan",
    "treatments:patient_story",
)  # fmt: skip
WAYS = {
    "patients:document_add", "patients:edit", "patients:consent_sign", "treatments:plan_edit",
    "treatments:session_start", "treatments:plan_state",
}  # fmt: skip


def offered(the: World) -> set[str]:
    """The ways to write that the pages of a record lead to, for who treats."""
    doctor = the.browser(Role.CLINICIAN)
    seen = "".join(doctor.get(address(name, STAFF[name], the.here)).text for name in SHOWN)
    return {name for name in WAYS if address(name, STAFF[name], the.here) in seen}


def test_pages_of_a_kept_record_offer_no_way_to_write(kept: World) -> None:
    assert offered(kept) == set()
    plan = address("treatments:plan_edit", STAFF["treatments:plan_edit"], kept.here)
    assert how(kept.browser(Role.CLINICIAN).get(plan)) == KEPT


def test_pages_of_another_record_offer_them(the: World) -> None:
    """The control."""
    assert offered(the) == WAYS


ASKS = ("intake_invite", "intake_enter", "tablet_hand_over", "consents_mail")


@pytest.mark.parametrize("name", ASKS)
def test_nothing_is_asked_of_somebody_who_died(the: World, name: str) -> None:
    here = the.here
    lives = Patient.objects.get(pk=here.patient.pk)
    facts = replace(PersonFacts.of(lives), deceased_on=date(2026, 1, 5))
    dead = amend(patient=lives, seen_version=lives.version, facts=facts, by=here.people[Role.MANAGER], now=the.now)
    desk = the.browser(Role.FRONT_DESK)
    answer = desk.post(reverse(f"patients:{name}", args=[dead.public_id]), follow=True)
    assert "Nothing is asked of this person any more." in answer.text
    assert not Letter.objects.for_person(dead).live().exists()
    assert not Intake.objects.open().filter(patient=dead).exists()


OF_THE_DEAD = {
    "patients:contact_end", "patients:document_withdraw", "patients:intake_mark_reviewed", "patients:number_end",
    "scheduling:cancel", "scheduling:online_one", "scheduling:step", "scheduling:take_back_call",
    "scheduling:undo_booking", "scheduling:undo_keep", "scheduling:until", "treatments:consultation_addendum",
    "treatments:consultation_save", "treatments:plan_state", "treatments:report_answer",
    "treatments:session_addendum",
}  # fmt: skip
"""What is still written of somebody who died: the record is finished and set right, visits that stood are ended."""
LOOKS = {"correction.opened", "patient.opened", "patient.searched", "record.exported", "session.opened"}
"""Verbs of the trail that say somebody read."""


def written(the: World, name: str, entry: Entry) -> set[str]:
    """What a press wrote into the trail; letters and follow-ups there may be none."""
    with taken_back():
        before = Line.objects.order_by("-pk")[0].pk
        the.browser(role_for(entry)).post(address(name, entry, the.here), entry.data)
        people = Patient.objects.filter(location=the.here.location)
        letters = Letter.objects.live().filter(person_public_id__in=people.values("public_id"))
        assert not letters.exists(), name
        assert not FollowUp.objects.live().filter(patient__in=people).exists(), name
        return set(Line.objects.filter(pk__gt=before).values_list("verb", flat=True)) - LOOKS


def test_of_somebody_who_died_is_written_what_stands_in_the_table(the: World) -> None:
    for patient in Patient.objects.living_records().filter(location=the.here.location):
        facts = replace(PersonFacts.of(patient), deceased_on=date(2026, 1, 5))
        amend(
            patient=patient, seen_version=patient.version, facts=facts, by=the.here.people[Role.MANAGER], now=the.now
        )  # fmt: skip
    took = {name for name, entry in of_patients().items() if written(the, name, entry)}
    assert took == OF_THE_DEAD


def test_a_record_that_was_merged_takes_nothing(the: World) -> None:
    """Its rows stand with the survivor; a page that was open before the merge is told, and led there."""
    joined = Merge.objects.get(public_id=the.here.id_of("joined"))
    old = str(joined.merged.public_id)
    answers = {}
    for name, entry in of_patients().items():
        named = {key: old if kind == "patient" else the.here.id_of(kind) for key, kind in entry.named.items()}
        if old not in named.values():
            continue
        with taken_back():
            before = Line.objects.count()
            answer = the.browser(role_for(entry)).post(reverse(name, kwargs=named | entry.others), entry.data)
            answers[name] = (answer.status_code, Line.objects.count() - before)
    assert set(answers.values()) <= {(302, 0), (404, 0)}, answers
    assert len(answers) > MOST_NAME_A_PATIENT


MOST_NAME_A_PATIENT = 25
