"""The registration form: names, phones, dates, guardians, old tokens; nothing typed is lost."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.staff.models import User
from patients.models import Contact, Patient
from patients.registration import PersonFacts
from tests.patients.making import ASHA, client_of, errors, place, typed

pytestmark = pytest.mark.django_db
NEW = "/patients/new/"
GUARDIAN = {"guardian_name": "Rekha Rao", "guardian_relation": "parent", "guardian_phone": "098765 00132"}


def test_person_is_registered_and_their_chart_opens(desk: Client) -> None:
    response = desk.post(NEW, typed())
    patient = Patient.objects.get()
    assert response["Location"] == reverse("patients:detail", args=[patient.public_id])
    assert PersonFacts.of(patient) == PersonFacts(
        given_name="Asha", family_name="Rao", birth=ASHA, sex="female", phone="+919876500131", language="gu"
    )
    assert (patient.location, patient.version) == (place(), 1)


def test_register_and_book_leads_to_booking(desk: Client) -> None:
    response = desk.post(NEW, typed(then="book"))
    assert response["Location"] == f"{reverse('scheduling:book')}?patient={Patient.objects.get().public_id}"


@pytest.mark.parametrize("name", ["મીનાબેન", "काव्य", "Zoe\u0308", "R. Sudha", "李", "Asha 2nd", "Lakshmi"])
def test_btx_040_041_ordinary_name_is_accepted_by_the_form(desk: Client, name: str) -> None:
    assert desk.post(NEW, typed(given_name=name, family_name="")).status_code == 302
    assert Patient.objects.get().name == name.replace("e\u0308", "\u00eb")


@pytest.mark.parametrize("name", ["", "   ", "Asha\x00", "A\u202eB", "A\x07B"])
def test_btx_040_unreadable_name_is_a_field_error(desk: Client, name: str) -> None:
    response = desk.post(NEW, typed(given_name=name))
    assert response.status_code == 200
    assert [*errors(response)] == ["given_name"]


def test_btx_044_long_name_is_a_field_error_with_the_limit_and_stays_typed(desk: Client) -> None:
    response = desk.post(NEW, typed(given_name="x" * 201))
    assert errors(response) == {"given_name": ["A name can have 200 characters; this one has 201."]}
    assert f'value="{"x" * 201}"' in response.content.decode()
    assert desk.post(NEW, typed(given_name="x" * 200)).status_code == 302


@pytest.mark.parametrize(
    ("phone", "error"),
    [
        (
            "9876500",
            "No phone has this number (7 digits). Numbers of other countries start with + and the country's code.",
        ),
        ("98765001811234", "14 digits are too many for a phone."),
        ("soon", "There is no number in this."),
    ],
)
def test_btx_047_what_is_no_phone_is_a_field_error(desk: Client, phone: str, error: str) -> None:
    assert errors(desk.post(NEW, typed(phone=phone))) == {"phone": [error]}


@pytest.mark.parametrize(
    ("phone", "stored"), [("(079) 2630 0181", "+917926300181"), ("+44 7700 900181", "+447700900181"), ("", "")]
)
def test_btx_047_landline_foreign_number_and_none_are_accepted(desk: Client, phone: str, stored: str) -> None:
    desk.post(NEW, typed(phone=phone))
    assert Patient.objects.get().phone == stored


@time_machine.travel("2027-01-11T19:00:00+00:00", tick=False)
def test_btx_052_after_midnight_in_the_clinic_today_is_accepted_and_tomorrow_is_not(user: User) -> None:
    desk = client_of(user)
    assert errors(desk.post(NEW, typed(birth="13/01/2027"))) == {"birth": ["This day is still to come."]}
    response = desk.post(NEW, typed(birth="12/01/2027", **GUARDIAN), follow=True)
    assert "12 Jan 2027, 0 days" in response.content.decode()


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(1947, 8, 15)])
def test_btx_052_date_is_read_back_as_typed(desk: Client, day: date) -> None:
    desk.post(NEW, typed(birth=f"{day:%d/%m/%Y}"))
    patient = Patient.objects.get()
    assert patient.born_on == day
    assert f'value="{day:%d/%m/%Y}"' in desk.get(reverse("patients:edit", args=[patient.public_id])).content.decode()


@time_machine.travel("2027-01-11T06:00:00+00:00", tick=False)
@pytest.mark.parametrize(
    ("birth", "shown", "again"),
    [
        ("about 75", "about 75", "about 75"),
        ("1951", "1951 (year only), 75 or 76 years", "1951"),
        ("March 1951", "March 1951, 75 years", "03/1951"),
        ("", "unknown", ""),
    ],
)
def test_btx_053_date_is_shown_as_exactly_as_it_is_known(user: User, birth: str, shown: str, again: str) -> None:
    desk = client_of(user)
    page = desk.post(NEW, typed(birth=birth), follow=True).content.decode()
    assert f"<dt>Age</dt><dd>{shown}</dd>" in page
    form = desk.get(reverse("patients:edit", args=[Patient.objects.get().public_id])).content.decode()
    field = re.search(r'<input[^>]*name="birth"[^>]*>', form)
    assert field
    assert (f'value="{again}"' in field[0]) if again else ("value=" not in field[0])


def test_no_email_and_an_address_do_not_go_together(desk: Client) -> None:
    response = desk.post(NEW, typed(email="a@example.org", has_no_email="on"))
    assert [*errors(response)] == ["has_no_email"]
    assert [*errors(desk.post(NEW, typed(email_is_shared="on")))] == ["email"]


def test_fields_that_are_not_on_the_form_do_not_bind(desk: Client) -> None:
    desk.post(NEW, typed(version="9", record_number="1", source_key="x", search_name="x", merged_into="1"))
    patient = Patient.objects.get()
    assert (patient.version, patient.source_key, patient.search_name, patient.merged_into) == (
        1,
        None,
        "asha rao",
        None,
    )
    assert patient.record_number > 1


def test_location_of_another_is_refused(user: User) -> None:
    user.locations.add(place("Second Clinic"))
    other = place("Other Clinic")
    response = client_of(user).post(NEW, typed(location=str(other.public_id)))
    assert [*errors(response)] == ["location"]


def test_who_works_nowhere_is_told_so(user: User) -> None:
    user.locations.clear()
    assert "You work at no location yet" in client_of(user).get(NEW).content.decode()


def posted_with_old_token(user: User, **headers: str) -> Any:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    page = browser.get(NEW).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    browser.cookies[next(name for name in browser.cookies if "csrf" in name)] = "b" * 32  # a sign-in in another tab
    data = typed(csrfmiddlewaretoken=token[1], note_for_desk='<b>"two\nlines"</b>', password="not-to-be-shown")
    return browser, browser.post(NEW, data, headers=headers or {"Origin": "http://testserver"})


def test_btx_095_b_form_with_an_old_token_keeps_what_was_typed_and_is_sent_again(user: User) -> None:
    browser, response = posted_with_old_token(user)
    page = response.content.decode()
    assert response.status_code == 403
    assert "Hetal Rathod" in page
    assert "not-to-be-shown" not in page
    fields = dict(response.context["fields"])
    assert (fields["given_name"], fields["note_for_desk"]) == ("Asha", '<b>"two\nlines"</b>')
    assert "<b>&quot;two" not in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    again = fields | {"csrfmiddlewaretoken": token[1]}
    assert browser.post(NEW, again, headers={"Origin": "http://testserver"}).status_code == 302
    assert Patient.objects.get().given_name == "Asha"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_btx_095_b_forged_form_from_elsewhere_is_handed_nothing(user: User, headers: dict[str, str]) -> None:
    _, response = posted_with_old_token(user, **headers)
    assert (response.status_code, response.context["fields"]) == (403, [])
    assert "Asha" not in response.content.decode()


@time_machine.travel("2027-01-11T06:00:00+00:00", tick=False)
def test_minor_is_registered_with_who_signs_or_the_form_asks(user: User) -> None:
    desk = client_of(user)
    assert errors(desk.post(NEW, typed(birth="12/01/2009"))) == {
        "guardian_name": ["Under 18 a guardian signs: write who it is."],
        "guardian_relation": ["Say what they are to the patient."],
    }
    assert not Patient.objects.exists()
    assert "Guardian: name \u2013 Under 18 a guardian signs" in desk.post(NEW, typed(birth="12/01/2009")).text
    page = desk.post(NEW, typed(birth="12/01/2009", **GUARDIAN), follow=True).content.decode()
    contact = Contact.objects.get()
    assert (contact.name, contact.phone, contact.is_guardian) == ("Rekha Rao", "+919876500132", True)
    assert (contact.added_by, contact.patient) == (user, Patient.objects.get())
    assert "Mother or father · signs for the patient · rung in an emergency · +91 98765 00132" in page
    desk.post(NEW, typed(given_name="Kiran", birth="11/01/2009", phone="098765 00133"))  # eighteen today
    assert Patient.objects.count() == 2


@time_machine.travel("2027-01-11T06:00:00+00:00", tick=False)
def test_who_may_be_under_age_is_registered_and_the_chart_says_that_nobody_signs(user: User) -> None:
    page = client_of(user).post(NEW, typed(birth="2009"), follow=True).content.decode()
    assert "a guardian signs, and none is written down." in page


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        (
            "abha_number",
            "1234 5678 9012",
            "An ABHA number has 14 digits; this one has 12. An Aadhaar number is not kept here.",
        ),
        ("abha_number", "91-1234-5678-901", "An ABHA number has 14 digits; this one has 13."),
        ("abha_number", "91x1234", "An ABHA number has 14 digits and nothing else."),
        (
            "abha_address",
            "asha@example",
            "An ABHA address looks like name@abdm: 4 to 18 letters, figures, dots or underscores before the @.",
        ),
    ],
)
def test_what_is_no_health_account_is_a_field_error_and_unfolded(
    desk: Client, name: str, text: str, error: str
) -> None:
    response = desk.post(NEW, typed(**{name: text}))
    assert errors(response) == {name: [error]}
    page = response.content.decode()
    assert f'value="{text}"' in page
    assert page.count('<details class="more form-more" open>') == 1


def test_health_account_is_kept_in_one_form_and_shown_grouped(desk: Client) -> None:
    page = desk.post(NEW, typed(abha_number="91 1234 5678 9012", abha_address="Asha.Rao@ABDM"), follow=True)
    patient = Patient.objects.get()
    assert (patient.abha_number, patient.abha_address) == ("91123456789012", "asha.rao@abdm")
    assert "91-1234-5678-9012" in page.content.decode()
