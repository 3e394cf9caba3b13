"""What the desk's lists say of a closed record: a name and the word, no phone; of a restricted one's past no name.

Treated on Monday 1 March 2027, to be back on 24 May: from then on the recall list asks to ring.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients import closing, phones, spelling
from patients.models import Patient
from scheduling.models import Appointment
from tests.patients.making import client_of
from tests.patients.test_closed_and_merged import joined
from tests.scheduling.test_following_up import BACK_ON, NOW, at_nine, follow_up_of, visit
from tests.treatments.people import a_patient, a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db
PHONE, ENDS = "+919876500111", "00111"


@pytest.fixture
def session(time_machine: Any) -> InjectionSession:
    time_machine.move_to(NOW, tick=False)
    doctor = a_user(Role.CLINICIAN)
    searched = {"phone_digits": phones.backwards(PHONE), "search_sounds": spelling.sounds_of("meenal trivedi")}
    facts: dict[str, Any] = {
        "email": "meenal@patients.example",
        "phone": PHONE,
        "born_on": date(1984, 2, 29),
        **searched,
    }
    return signed(ready_to_sign(doctor, NOW, **facts), doctor, NOW)


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER)


@pytest.fixture
def desk() -> Client:
    return client_of(a_user(Role.FRONT_DESK))


def confidential(session: InjectionSession, by: User) -> Patient:
    patient = Patient.objects.get(pk=session.patient_id)
    closing.make_confidential(patient=patient, because="A colleague", people=[by], by=by, now=NOW)
    return patient


def restricted(session: InjectionSession, by: User) -> Patient:
    patient = Patient.objects.get(pk=session.patient_id)
    closing.restrict(patient=patient, ground="claim", because="File 7", kept_until_on=date(2035, 3, 1), by=by, now=NOW)
    return patient


def page(client: Client, address: str) -> str:
    """A page, its digits without what groups them."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def has_phone(text: str) -> bool:
    return ENDS in text.replace(" ", "").replace("\u202f", "")


COMING = ("/calendar/print/?day=2027-05-24", "/day-before/?day=2027-05-24")
LATE = ("/recall/?group=now", "/recall/print/?group=now", "/recall/table/?group=now")


@pytest.mark.parametrize("is_late", [True, False])
def test_a_list_has_the_name_and_no_phone_of_a_confidential_record(
    session: InjectionSession, manager: User, time_machine: Any, is_late: bool
) -> None:
    if is_late:
        time_machine.move_to(at_nine(BACK_ON + timedelta(days=30)), tick=False)
    else:
        visit(session, BACK_ON)
    desk, name = client_of(a_user(Role.FRONT_DESK)), session.patient.given_name

    def told(client: Client) -> set[tuple[bool, bool]]:
        """Whether the lists have the name, and the phone."""
        pages = [page(client, address) for address in (LATE if is_late else COMING)]
        return {(name in text, has_phone(text)) for text in pages}

    assert told(desk) == {(True, True)}
    confidential(session, manager)
    assert told(desk) == {(True, False)}
    assert told(client_of(manager)) == {(True, True)}


def test_the_recall_list_is_not_asked_by_the_phone_of_a_closed_record(
    session: InjectionSession, manager: User, time_machine: Any
) -> None:
    time_machine.move_to(at_nine(BACK_ON + timedelta(days=30)), tick=False)
    desk, row = client_of(a_user(Role.FRONT_DESK)), f"r-{follow_up_of(session).public_id}"
    by_phone, by_name = f"/recall/?group=now&q={ENDS}", f"/recall/?group=now&q={session.patient.given_name}"
    assert (row in page(desk, by_phone), row in page(desk, by_name)) == (True, True)
    confidential(session, manager)
    assert (row in page(desk, by_phone), row in page(desk, by_name)) == (False, True)
    assert row in page(client_of(manager), by_phone)


@pytest.mark.parametrize("is_over", [True, False])
def test_a_visit_of_a_restricted_record_that_is_over_stands_without_a_name(
    session: InjectionSession, desk: Client, manager: User, is_over: bool
) -> None:
    booked = visit(session, BACK_ON)
    if is_over:
        Appointment.objects.filter(pk=booked.pk).update(state="completed")
    name, own = session.patient.name, reverse("scheduling:appointment", args=[booked.public_id])
    addresses = [f"{way}?day=2027-05-24" for way in ("/", "/calendar/", "/calendar/agenda/", "/calendar/print/")]
    assert all(name in page(desk, address) for address in (own, *addresses))
    restricted(session, manager)
    for address in (own, *addresses):
        seen = page(desk, address)
        assert (name in seen, "A closed record" in seen) == ((False, True) if is_over else (True, False)), address
        assert not has_phone(seen)


def test_a_search_confirms_nothing_of_a_closed_record_but_its_name_and_number(
    session: InjectionSession, desk: Client, manager: User
) -> None:
    patient, named = session.patient, client_of(manager)
    given, born, link = patient.given_name, "29/02/1984", reverse("patients:detail", args=[patient.public_id])
    asked = (
        ENDS,
        PHONE,
        "meenal@patients.example",
        born,
        born[-4:],
        f"{given} {born}",
        f"{given} {born[-4:]}",
        f"{given} {ENDS}",
        f"{given}x {born}",
    )

    by_name = (given, f"{given}x", str(patient.record_number))

    def found(client: Client) -> set[str]:
        """What finds the patient: in the list, and while it is typed."""
        ways = ("/patients/", "/patients/search/")
        return {
            text for text in (*asked, *by_name) for way in ways if link in client.get(way, {"q": text}).content.decode()
        }

    assert found(desk) == {*asked, *by_name}
    confidential(session, manager)
    assert found(named) == {*asked, *by_name}
    assert found(desk) == set(by_name)


@pytest.mark.parametrize("count", [1, 3])
def test_a_day_asks_the_same_of_one_closed_record_as_of_three(
    session: InjectionSession, desk: Client, manager: User, count: int, django_assert_num_queries: Any
) -> None:
    for later in range(count):
        visit(session, BACK_ON + timedelta(days=later), is_extra=bool(later))
    confidential(session, manager)
    page(desk, DAYS)
    with django_assert_num_queries(DAYS_QUERIES):
        page(desk, DAYS)


DAYS = "/calendar/agenda/?day=2027-05-24"
DAYS_QUERIES = 9


def test_a_letter_to_a_record_that_is_part_of_a_closed_one_is_behind_the_door(
    session: InjectionSession, manager: User
) -> None:
    letter = Letter.objects.for_person(session.patient).order_by("pk").first()
    assert letter is not None
    address, survivor = f"/letters/{letter.public_id}/", a_patient()
    joined(Patient.objects.get(pk=session.patient_id), survivor, manager)
    other = client_of(a_user(Role.CLINICIAN, name="Dr Amin"))
    assert other.get(address).status_code == 200
    closing.make_confidential(patient=survivor, because="A colleague", people=[manager], by=manager, now=NOW)
    assert other.get(address)["Location"] == reverse("patients:detail", args=[session.patient.public_id])


@pytest.mark.parametrize("how", [confidential, restricted])
def test_a_letter_to_a_closed_record_is_behind_the_door(session: InjectionSession, manager: User, how: Any) -> None:
    letter = Letter.objects.for_person(session.patient).order_by("pk").first()
    assert letter is not None
    other, address = client_of(a_user(Role.CLINICIAN, name="Dr Amin")), f"/letters/{letter.public_id}/"
    assert other.get(address).status_code == 200
    patient = how(session, manager)
    door = reverse("patients:detail", args=[patient.public_id])
    assert other.get(address)["Location"] == door
    other.post(reverse("patients:open_closed", args=[patient.public_id]), {"because": "Rang"})
    assert other.get(address).status_code == 200
