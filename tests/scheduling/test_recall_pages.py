"""Working the recall list by its pages: a call written down, a stale row, booking from a row, paper and table."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.locations.models import Location
from clinic.staff.models import Role, User
from patients.models import Patient
from scheduling import calling
from scheduling.models import Appointment, Call, CallOutcome, CallWithdrawal, FollowUp
from tests.patients.making import client_of
from tests.scheduling.made import Clinic, clinic
from tests.scheduling.test_recall import another
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked, prepared, signed, some_vials
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
LATER = datetime(2027, 6, 15, 5, 0, tzinfo=UTC)  # a Tuesday, three weeks after the day to be back
LIST = reverse("scheduling:recall")


@pytest.fixture
def here(time_machine: Any) -> Clinic:
    time_machine.move_to(LATER, tick=False)
    return clinic()


@pytest.fixture
def session(here: Clinic) -> InjectionSession:
    doctor, location = here.doctor, here.location
    draft = checked(an_active_plan(doctor, NOW, email="meenal@patients.example", location=location), doctor, NOW)
    prepared(draft, some_vials(doctor, NOW, location=location), doctor, NOW)
    return signed(draft, doctor, NOW)


@pytest.fixture
def row(session: InjectionSession) -> FollowUp:
    found: FollowUp = FollowUp.objects.select_related("patient").get(session=session)
    return found


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def press(desk: Client, row: FollowUp, outcome: str = "no_answer", **facts: Any) -> HttpResponse:
    sent = {"outcome": outcome, "version": row.version, "press": str(uuid4()), "way": f"{LIST}?group=now"} | facts
    answer: HttpResponse = desk.post(reverse("scheduling:log_call", args=[row.public_id]), sent)  # type: ignore[assignment]
    return answer


def main_of(answer: Any) -> str:
    return str(answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0])


def said(answer: Any) -> list[str]:
    """The toasts of the page after."""
    return re.findall(r'<div class="toast[^>]*>\s*<p>(.*?)</p>', answer.content.decode())


def test_a_call_is_written_down_and_the_next_row_comes(desk: Client, row: FollowUp, session: InjectionSession) -> None:
    other = another(session, location=row.location)
    opened = main_of(desk.get(LIST, {"group": "now", "open": str(row.public_id)}))
    assert f"Log a call to {row.patient.name}" in opened
    way = re.search(r'name="way" value="([^"]+)"', opened)
    assert way is not None
    assert way[1].endswith(f"#r-{other.public_id}")
    answer = press(desk, row, way=way[1].replace("&amp;", "&"), note="Rang twice")
    assert answer["Location"] == f"{LIST}?group=now&page=1#r-{other.public_id}"
    after = desk.get(LIST, {"group": "now"})
    assert said(after) == ["Meenal Trivedi: No answer. Back on the list on Wed 16 Jun"]
    assert "Meenal" not in main_of(after)
    assert "Meenal" in main_of(desk.get(LIST, {"group": "snoozed"}))


def test_btx_046_the_list_reads_a_phone_as_the_search_does_by_the_country_of_the_place(
    desk: Client, row: FollowUp, here: Clinic
) -> None:
    Patient.objects.filter(pk=row.patient_id).update(phone="+442079460018", phone_digits="810064970244")
    Location.objects.filter(pk=here.location.pk).update(country="GB")
    for text in ("020 7946 0018", "+44 20 7946 0018", "0044 2079460018", "0018"):
        assert "Meenal" in main_of(desk.get(LIST, {"group": "now", "q": text})), text
    assert "Meenal" not in main_of(desk.get(LIST, {"group": "now", "q": "020 7946 0019"}))


def test_anothers_entry_is_not_taken_back_without_a_reason(desk: Client, row: FollowUp) -> None:
    press(desk, row)
    call = Call.objects.get()
    Call.objects.create(
        follow_up=row, patient=row.patient, outcome=call.outcome, called_at=call.called_at, press=uuid4(),
        by=a_user(Role.MANAGER), again_on=call.again_on,
    )  # fmt: skip
    theirs = Call.objects.exclude(pk=call.pk).get()
    desk.post(reverse("scheduling:undo_call", args=[theirs.public_id]))
    assert CallWithdrawal.objects.count() == 0
    desk.post(reverse("scheduling:take_back_call", args=[theirs.public_id]), {"reason": "The wrong row"})
    assert CallWithdrawal.objects.get().call == theirs


def test_its_undo_puts_the_row_back(desk: Client, row: FollowUp) -> None:
    press(desk, row)
    undo = re.search(r'action="(/recall/calls/[^"]+/undo/)"', desk.get(LIST).content.decode())
    assert undo is not None
    desk.post(undo[1])
    row.refresh_from_db()
    assert row.call_again_on is None
    assert "Meenal" in main_of(desk.get(LIST, {"group": "now"}))


@pytest.mark.parametrize(
    ("outcome", "facts", "words"),
    [
        ("", {"note": "Rang at noon"}, "This field is required."),
        ("declined", {}, "Say in the patient&#x27;s words why not."),
        ("wants_later", {"again_on": "2027-06-15"}, "Choose a day after today, within a year."),
        ("wants_later", {"again_on": "2028-07-01"}, "Choose a day after today, within a year."),
        ("wants_later", {"again_on": "tomorrow", "note": "Rang"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(
    desk: Client, row: FollowUp, outcome: str, facts: dict[str, str], words: str
) -> None:
    answer = press(desk, row, outcome, **facts)
    page = main_of(answer)
    assert answer.status_code == 422
    assert words in page
    assert all(f'value="{typed}"' in page for typed in facts.values())
    assert not Call.objects.exists()


def test_a_row_that_a_colleague_worked_stays_open_with_what_was_typed(
    here: Clinic, desk: Client, row: FollowUp
) -> None:
    calling.log_call(
        follow_up=row, outcome=CallOutcome.WILL_BOOK, seen_version=row.version, press=uuid4(), by=here.desk, now=LATER
    )
    answer = press(desk, row, note="Mine")
    page = main_of(answer)
    assert answer.status_code == 409
    assert said(answer)[0].startswith("Somebody worked the row of Meenal Trivedi meanwhile.")
    assert 'value="Mine"' in page
    assert "Called: Will book" in page
    again = re.search(r'name="version" value="(\d+)"', page)
    assert again is not None
    assert press(desk, row, note="Mine", version=again[1]).status_code == 302
    assert Call.objects.count() == 2


def test_a_row_booked_from_the_letter_meanwhile_says_so_kindly(desk: Client, row: FollowUp) -> None:
    FollowUp.objects.update(state="booked", version=row.version + 1)
    answer = press(desk, row)
    assert answer["Location"] == f"{LIST}?group=now"
    assert said(desk.get(LIST)) == ["Meenal Trivedi is booked by now: nobody needs to ring. Nothing was written down."]
    assert not Call.objects.exists()


def test_who_declines_leaves_the_list_with_the_reason(desk: Client, row: FollowUp) -> None:
    press(desk, row, "declined", note="Moves to Pune")
    row.refresh_from_db()
    assert (row.state, row.said) == ("declined", "Moves to Pune")


def test_who_has_died_leads_to_the_record(desk: Client, row: FollowUp) -> None:
    record = reverse("patients:deceased", args=[row.patient.public_id])
    assert press(desk, row, "died")["Location"] == record
    page = desk.get(record).content.decode()
    assert 'id="id_deceased_on"' in page
    assert "Now give the day of death and save: that ends the letters." in page


def test_giving_up_is_offered_after_three_calls_in_vain_and_can_be_taken_back(
    here: Clinic, desk: Client, row: FollowUp
) -> None:
    for number in range(3):
        page = main_of(desk.get(LIST, {"group": "snoozed" if number else "now", "open": str(row.public_id)}))
        assert "Give up" not in page
        row.refresh_from_db()
        press(desk, row)
    row.refresh_from_db()
    page = main_of(desk.get(LIST, {"group": "snoozed", "open": str(row.public_id)}))
    assert "3 calls in a row reached nobody." in page
    address = reverse("scheduling:give_up", args=[row.public_id])
    desk.post(address, {"said": "", "version": row.version})
    row.refresh_from_db()
    assert row.state == "pending"
    desk.post(address, {"said": "Three calls", "version": row.version - 1})
    row.refresh_from_db()
    assert row.state == "pending"
    desk.post(address, {"said": "Three calls", "version": row.version})
    row.refresh_from_db()
    assert (row.state, row.said, row.closed_by) == ("lapsed", "Three calls", here.desk)
    desk.post(reverse("scheduling:take_up_again", args=[row.public_id]))
    row.refresh_from_db()
    assert row.state == "pending"


def test_the_row_opens_the_booking_with_everything_chosen_and_comes_back(
    here: Clinic, desk: Client, row: FollowUp
) -> None:
    found = re.search(r'href="(/book/[^"]+)"', main_of(desk.get(LIST, {"group": "now"})))
    assert found is not None
    address = found[1].replace("&amp;", "&")
    page = main_of(desk.get(address))
    assert f'<option value="{here.injection.public_id}" selected>' in page
    assert f'<option value="{here.doctor.public_id}" selected>' in page
    assert 'value="2027-06-15"' in page  # the earliest permitted day, 24 May, has gone by
    assert "To be back by 24 May 2027" in page
    slot = re.search(r'name="slot" value="([^"]+)"', page)
    back = re.search(r'name="back" value="([^"]+)"', page)
    assert slot is not None
    assert back is not None
    sent = {
        "pressed": str(uuid4()), "type": str(here.injection.public_id), "slot": slot[1],
        "follow_up": str(row.public_id), "back": back[1].replace("&amp;", "&"),
    }  # fmt: skip
    where = f"{reverse('scheduling:book')}?patient={row.patient.public_id}"
    answer = desk.post(where, sent)
    visit = Appointment.objects.get(follow_up=row)
    assert answer["Location"] == f"{LIST}?group=now&page=1&booked={visit.public_id}#r-{row.public_id}"
    row.refresh_from_db()
    assert (row.state, Appointment.objects.get().follow_up) == ("booked", row)
    assert "Nobody waits for you" in main_of(desk.get(LIST, {"group": "now"}))
    assert desk.post(where, sent)["Location"] == answer["Location"]
    other_press = desk.post(where, sent | {"pressed": str(uuid4())})
    assert other_press.status_code == 409
    assert "is booked already" in main_of(other_press)
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example/", "/recall/../staff/", "/recall/\r\nX: y"])
def test_no_way_back_leads_out(desk: Client, row: FollowUp, way: str) -> None:
    assert press(desk, row, way=way)["Location"] == LIST


def test_the_call_sheet_says_day_filter_and_last_calls(here: Clinic, desk: Client, row: FollowUp) -> None:
    calling.log_call(
        follow_up=row, outcome=CallOutcome.WANTS_LATER, seen_version=row.version, press=uuid4(), by=here.desk,
        now=LATER, note="After the wedding", again_on=date(2027, 6, 20),
    )  # fmt: skip
    page = desk.get(reverse("scheduling:recall_print"), {"group": "snoozed", "q": "meenal"}).content.decode()
    assert page.count("Snoozed · “meenal”") == 2  # on top, and in the head that every sheet repeats
    assert "Tuesday 15 Jun 2027" in page
    assert "15 Jun 10:30 Wants later. Again on 20 Jun: After the wedding" in page
    assert page.count('class="tick"') == 8
    entry = Entry.objects.get(verb="recall.printed")
    assert (entry.by, entry.detail) == (here.desk, {"rows": 1, "group": "snoozed"})


def test_the_table_is_safe_and_has_no_clinical_column(here: Clinic, desk: Client, row: FollowUp) -> None:
    row.patient.given_name = "=HYPERLINK(1)"
    row.patient.save()
    calling.log_call(
        follow_up=row, outcome=CallOutcome.NO_ANSWER, seen_version=row.version, press=uuid4(), by=here.desk,
        now=LATER - timedelta(days=1), note="@home by six",
    )  # fmt: skip
    answer = desk.get(reverse("scheduling:recall_csv"), {"group": "now"})
    text = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="recall-2027-06-15.csv"'
    assert text.startswith("\ufeff")
    (found,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (found["name"], found["last_call_note"]) == ("'=HYPERLINK(1) Trivedi", "'@home by six")
    assert (found["group"], found["to_be_back"], found["days_overdue"]) == ("To call", "2027-05-24", "22")
    assert (found["last_call"], found["last_call_outcome"]) == ("2027-06-14 10:30", "No answer")
    assert found["ring_again_on"] == "2027-06-15"
    for word in ("migraine", "inject", "toxin", "condition", "effect"):
        assert word not in text.casefold()
    assert Entry.objects.get(verb="recall.exported").detail == {"rows": 1, "group": "now"}


@pytest.mark.parametrize("name", ["scheduling:recall_csv", "scheduling:recall_print"])
def test_a_clinician_takes_no_list_along(here: Clinic, row: FollowUp, name: str) -> None:
    browser = client_of(here.doctor)
    assert browser.get(reverse(name)).status_code == 403
    assert reverse(name) not in browser.get(LIST).content.decode()
    assert not Entry.objects.filter(verb__startswith="recall.").exists()


def test_the_chart_shows_where_the_recall_stands_and_takes_an_entry_back(
    here: Clinic, desk: Client, row: FollowUp
) -> None:
    press(desk, row, "will_book", note="Asks her son")
    call = Call.objects.get()
    address = reverse("scheduling:patient_calls", args=[row.patient.public_id])
    page = desk.get(address).content.decode()
    assert "to be back 24 May 2027, 22 days ago" in page
    assert "Called: Will book. Again on 18 Jun · Asks her son" in page
    take_back = reverse("scheduling:take_back_call", args=[call.public_id])
    desk.post(take_back, {"reason": ""})
    assert Call.objects.standing().exists()
    desk.post(take_back, {"reason": "Another Meenal"})
    desk.post(take_back, {"reason": "Again"})
    page = desk.get(address).content.decode()
    assert "<s>Called: Will book. Again on 18 Jun</s>" in page
    assert f"Taken back by {here.desk.full_name}: Another Meenal" in page


def test_the_booked_row_shows_its_visit_and_asks_for_no_call(here: Clinic, desk: Client, row: FollowUp) -> None:
    here.visit("10:30", patient=row.patient, day=date(2027, 6, 17), type=here.injection, now=LATER, follow_up=row)
    page = main_of(desk.get(LIST, {"group": "booked"}))
    assert "Thu 17 Jun 2027, 10:30" in page
    assert "Log call" not in page
    FollowUp.objects.update(where="call_list", reason="visit_too_early")
    page = main_of(desk.get(LIST, {"group": "early"}))
    assert "booked before the earliest day: move it" in page
    assert reverse("scheduling:move", args=[Appointment.objects.get().public_id]) in page


def test_nobody_of_another_place_works_the_row(row: FollowUp) -> None:
    stranger = Client()
    user: User = a_user(Role.FRONT_DESK)
    stranger.force_login(user)
    assert not user.locations.filter(pk=row.location_id).exists()
    assert press(stranger, row).status_code == 404
    assert stranger.post(reverse("scheduling:give_up", args=[row.public_id])).status_code == 404
    assert FollowUp.objects.get().state == "pending"
    assert not Call.objects.exists()
