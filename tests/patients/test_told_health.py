"""What an intake tells of the health beside the chart: which lines are new, and what a clinician's press leaves."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.staff.models import Role
from patients import closing
from patients.intake import submit
from patients.models import DetailDecision, HistoryItem, Import, Intake
from patients.taking_over import CannotBeTakenOver, NothingToDecide, leave, take_back
from patients.taking_over_health import leave_line, open_lines, take_line_over
from patients.told_health import denied, new_lines, to_ask_again
from tests.patients.intake_making import filled, invited
from tests.patients.making import client_of, member, place

pytestmark = pytest.mark.django_db
NOTHING_KNOWN: dict[str, list[str]] = {"allergies": [], "medicines": [], "illnesses": []}


def sent(**told: Any) -> Intake:
    told = {"medicines": "none", "illnesses": "none"} | told
    now = timezone.now()
    return submit(intake=filled(invited(now), now, **told), by=None, now=now)


def address(page: str, intake: Intake) -> str:
    return reverse(f"patients:{page}", args=[intake.public_id])


@pytest.mark.parametrize(
    ("answers", "known", "expected"),
    [
        ({}, {}, []),
        (
            {"medicines": "Warfarin 5 mg\n\n Metformin; Aspirin, at night "},
            {},
            ["medicines.0 Warfarin 5 mg", "medicines.2 Metformin", "medicines.3 Aspirin, at night"],
        ),
        ({"medicines": "WARFARIN  5 mg\nMetformin"}, {"medicines": ["Warfarin 5 mg"]}, ["medicines.1 Metformin"]),
        ({"medicines": "Metformin\nmetformin"}, {}, ["medicines.0 Metformin"]),
        ({"medicines": "None."}, {"medicines": ["Warfarin 5 mg"]}, []),
        ({"medicines": "कोई नहीं"}, {}, []),
        ({"medicines": "કોઈ નહીં", "illnesses": "ના"}, {}, []),
        ({"illnesses": "Migraine"}, {"medicines": ["Migraine"]}, ["illnesses.0 Migraine"]),
        ({"allergies": "yes", "allergies.what": "Latex: a rash"}, {}, ["allergies.0 Latex: a rash"]),
        ({"allergies": "no", "allergies.what": "Latex"}, {}, []),
        ({"allergies": "yes"}, {}, []),
    ],
)  # fmt: skip
def test_only_lines_that_the_chart_has_not_are_new(
    answers: dict[str, str], known: dict[str, list[str]], expected: list[str]
) -> None:
    found = new_lines(answers, NOTHING_KNOWN | known)
    assert [f"{line.field} {line.told}" for line in found] == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, []),
        ({"allergies": "no", "medicines": "None"}, ["Allergy Latex", "Medicine Warfarin 5 mg"]),
        ({"allergies": "yes", "medicines": "ના\nAspirin"}, []),
        ({"allergies": "unsure", "medicines": "કોઈ નહીં", "illnesses": "none"}, ["Medicine Warfarin 5 mg"]),
    ],
)
def test_what_the_chart_has_where_none_is_told_is_a_difference(answers: dict[str, str], expected: list[str]) -> None:
    known = NOTHING_KNOWN | {"allergies": ["Latex"], "medicines": ["Warfarin 5 mg"]}
    assert [f"{kind.label} {line}" for kind, lines in denied(answers, known) for line in lines] == expected


@pytest.mark.parametrize(
    ("worst", "usual", "said"),
    [
        (3, 6, ["3 of 10 at its worst, and more on most days: 6 of 10"]),
        (6, 6, []),
        (6, 3, []),
        (None, 3, []),
        (3, None, []),
    ],
)
def test_pain_that_is_worse_on_most_days_than_at_its_worst_is_asked_again(
    worst: int | None, usual: int | None, said: list[str]
) -> None:
    found = to_ask_again({"pain_worst": worst, "pain_usual": usual})
    assert [one["said"] for one in found] == said


def test_review_shows_what_does_not_agree_and_holds_nobody_up() -> None:
    doctor = member(Role.CLINICIAN)
    intake = sent(pain_worst=3, pain_usual=6)
    brought = Import.objects.create(
        location=place(), file_name="a.csv", size=1, encoding="utf-8", began_at=timezone.now()
    )
    HistoryItem.objects.create(
        patient=intake.patient, kind="medicine", description="Warfarin 5 mg", source_key="1", brought_by=brought
    )
    page = client_of(doctor).get(address("intake_review", intake)).content.decode()
    for words in (
        "1 to ask again",
        "3 of 10 at its worst",
        "The patient says none, the chart has some",
        "Warfarin 5 mg",
    ):
        assert words in page
    client_of(doctor).post(address("intake_mark_reviewed", intake))
    intake.refresh_from_db()
    assert intake.state == "reviewed"


def test_chart_says_how_many_told_lines_wait_for_a_decision() -> None:
    intake = sent(medicines="Warfarin 5 mg\nMetformin")
    doctor, desk = client_of(member(Role.CLINICIAN)), client_of(member())
    chart = reverse("patients:detail", args=[intake.patient.public_id])
    assert "2 lines told are not on the chart" in doctor.get(chart).content.decode()
    assert "told are not on" not in desk.get(chart).content.decode()
    for line in open_lines(intake):
        leave_line(intake=intake, field=line.field, by=member(Role.CLINICIAN, name="Dr Leela Nair"), now=timezone.now())
    assert "told are not on" not in doctor.get(chart).content.decode()


def test_form_is_not_reviewed_while_a_told_line_is_open() -> None:
    intake, doctor = sent(medicines="Warfarin 5 mg"), member(Role.CLINICIAN)
    browser, mark = client_of(doctor), address("intake_mark_reviewed", intake)
    said = browser.post(mark, follow=True)
    assert "1 line told is not on the chart: write it in or leave it, then mark the form." in said.text
    intake.refresh_from_db()
    assert intake.reviewed_at is None
    leave_line(intake=intake, field="medicines.0", by=doctor, now=timezone.now())
    browser.post(mark)
    intake.refresh_from_db()
    assert intake.reviewed_by == doctor


def test_line_taken_over_stands_on_the_chart_as_it_was_told() -> None:
    intake, doctor, now = sent(medicines="Warfarin 5 mg\nMetformin"), member(Role.CLINICIAN), timezone.now()
    row = take_line_over(intake=intake, field="medicines.0", by=doctor, now=now)
    item = HistoryItem.objects.get()
    assert (item.patient, item.kind, item.description) == (intake.patient, "medicine", "Warfarin 5 mg")
    assert (item.taken_from, item.brought_by, item.recorded_at.date()) == (row, None, now.date())
    assert (row.told, row.is_taken_over, row.by) == ("Warfarin 5 mg", True, doctor)
    assert [line.told for line in open_lines(intake)] == ["Metformin"]
    intake.refresh_from_db()
    assert intake.answers["medicines"] == "Warfarin 5 mg\nMetformin"
    entry = Entry.objects.get(verb="intake.detail_taken_over")
    assert entry.detail == {"field": "medicines.0"}


def test_line_is_decided_once_and_what_is_left_writes_nothing() -> None:
    intake, doctor, now = sent(medicines="Warfarin 5 mg"), member(Role.CLINICIAN), timezone.now()
    leave_line(intake=intake, field="medicines.0", by=doctor, now=now)
    for deed in (leave_line, take_line_over):
        with pytest.raises(NothingToDecide):
            deed(intake=intake, field="medicines.0", by=doctor, now=now)
    assert (HistoryItem.objects.count(), DetailDecision.objects.count()) == (0, 1)


def test_line_taken_back_is_off_the_chart_and_open_again() -> None:
    intake, doctor, now = sent(medicines="Warfarin 5 mg"), member(Role.CLINICIAN), timezone.now()
    take_line_over(intake=intake, field="medicines.0", by=doctor, now=now)
    take_back(intake=intake, field="medicines.0", by=doctor, now=now)
    assert not HistoryItem.objects.standing().exists()
    assert [line.told for line in open_lines(intake)] == ["Warfarin 5 mg"]
    take_line_over(intake=intake, field="medicines.0", by=doctor, now=now)
    assert HistoryItem.objects.standing().count() == 1


def test_line_longer_than_the_charts_is_not_cut() -> None:
    intake, doctor, now = sent(medicines="M" * 301), member(Role.CLINICIAN), timezone.now()
    with pytest.raises(CannotBeTakenOver):
        take_line_over(intake=intake, field="medicines.0", by=doctor, now=now)
    page = client_of(doctor).get(address("intake_review", intake)).text
    assert "take:medicines.0" not in page
    assert "leave:medicines.0" in page


def test_clinician_decides_on_the_review_and_reads_it_on_the_chart() -> None:
    intake, doctor = (
        sent(allergies="yes", **{"allergies.what": "<b>Latex</b>", "medicines": "Metformin"}),
        member(Role.CLINICIAN),
    )
    browser = client_of(doctor)
    page, decide = address("intake_review", intake), address("intake_decide_health", intake)
    assert "&lt;b&gt;Latex&lt;/b&gt;" in browser.get(page).text
    said = browser.post(decide, {"decide": "take:allergies.0"}, follow=True).text
    back = reverse("patients:intake_take_back", args=[intake.public_id, "allergies.0"])
    assert "Written into the chart." in said
    assert said.count(f'action="{back}"') == 2
    assert "Left: the chart stays as it is." in browser.post(decide, {"decide": "leave:medicines.0"}, follow=True).text
    chart = browser.get(reverse("patients:history", args=[intake.patient.public_id])).text
    assert "&lt;b&gt;Latex&lt;/b&gt;" in chart
    assert f"written here by {doctor.full_name}" in chart
    assert "Metformin" not in chart
    for odd in ({}, {"decide": "take"}, {"decide": "take:allergies.0"}, {"decide": "burn:medicines.0"}):
        assert browser.post(decide, odd).status_code == 302
    assert HistoryItem.objects.count() == 1
    assert "Taken back" in browser.post(back, follow=True).text
    assert "Latex" not in browser.get(reverse("patients:history", args=[intake.patient.public_id])).text


def test_nothing_of_it_is_the_desks_and_a_manager_only_reads() -> None:
    intake, doctor, now = sent(medicines="Metformin", about_phone="98765 00132"), member(Role.CLINICIAN), timezone.now()
    row = leave_line(intake=intake, field="medicines.0", by=doctor, now=now)
    desk, manager = client_of(member(Role.FRONT_DESK)), client_of(member(Role.MANAGER))
    assert "Metformin" not in desk.get(address("intake_details", intake)).text
    assert "Metformin" not in desk.get(reverse("patients:intake_inbox")).text
    read = manager.get(address("intake_review", intake)).text
    assert "Metformin" in read
    assert "take-back" not in read
    for browser in (desk, manager):
        assert browser.post(address("intake_decide_health", intake), {"decide": "take:medicines.0"}).status_code == 403
        assert browser.post(reverse("patients:intake_take_back", args=[intake.public_id, row.field])).status_code == 404
    intake.refresh_from_db()
    assert intake.details_open  # the desk's own question is untouched by a clinician's decision


def test_pages_of_a_restricted_record_offer_no_decision() -> None:
    """Who opened it with a reason reads it; the control is the same pages of an open record."""
    intake, now = sent(medicines="Metformin\nAspirin", about_phone="98765 00132", about_language="gu"), timezone.now()
    doctor, manager = member(Role.CLINICIAN), member(Role.MANAGER)
    leave_line(intake=intake, field="medicines.0", by=doctor, now=now)
    leave(intake=intake, field="language", by=doctor, now=now)
    browser = client_of(doctor)
    pages = [address(page, intake) for page in ("intake_review", "intake_details")]
    ways = ["take:medicines.1", "take:phone", "leave:phone", "back/language/", "back/medicines.0/", "/reviewed/"]

    def offered() -> list[str]:
        text = "".join(browser.get(page).text for page in pages)
        return [way for way in ways if way in text]

    assert offered() == ways
    until = now.date() + timedelta(days=9999)
    closing.restrict(
        patient=intake.patient, ground="erasure_asked", because="Letter", kept_until_on=until,
        by=manager, now=now,
    )  # fmt: skip
    closing.open_closed(patient=intake.patient, because="Asked by court", by=doctor, now=now)
    assert [browser.get(page).status_code for page in pages] == [200, 200]
    assert offered() == []


@pytest.mark.parametrize("count", [1, 3])
def test_review_asks_as_often_for_three_lines_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lines = [f"Medicine {number}" for number in range(2 * count)]
    intake, doctor, now = sent(medicines="\n".join(lines)), member(Role.CLINICIAN), timezone.now()
    for number in range(count):
        leave_line(intake=intake, field=f"medicines.{number}", by=doctor, now=now)
    with django_assert_num_queries(3):  # decided, the chart's, and who decided
        assert len(open_lines(intake)) == count
        assert {row.by for row in intake.decisions.standing().select_related("by")} == {doctor}
