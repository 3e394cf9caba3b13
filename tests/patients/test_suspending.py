"""F25: an address that does not work is suspended once and for a reason, lifted by a person or by a new address."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.bounces import Outcome, take
from clinic.outbox.models import Letter
from clinic.outbox.registry import bounced_hooks
from clinic.staff import bouncing
from clinic.staff.models import Role, User
from patients import hooks, suspending
from patients.letters import unreachable
from patients.models import Consent, Patient
from patients.preferences import Wishes
from patients.registration import PersonFacts, amend
from patients.suspending import try_again
from tests.outbox.returned_mails import ADDRESS, LETTER, mail, sent
from tests.patients.making import client_of, member, person, place

NOW = datetime(2027, 5, 10, 5, 0, tzinfo=UTC)
PAGE = "/patients/came-back/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def meenal() -> Patient:
    return person("Meenal", "Shah", email=ADDRESS, phone="098765 00131")


def returned(patient: Patient | User, name: str, *, number: int = 0, to: str = ADDRESS, now: datetime = NOW) -> str:
    """A letter to somebody comes back, each number another letter."""
    public_id = UUID(int=LETTER.int + number)
    sent(now, public_id=public_id, to=to, person_public_id=patient.public_id)
    return take(mail(name).replace(str(LETTER).encode(), str(public_id).encode()), now=now)


def verbs(patient: Patient) -> list[str]:
    of = Entry.objects.filter(patient_public_id=patient.public_id).order_by("pk")
    return list(of.exclude(verb="patient.registered").values_list("verb", flat=True))


def test_lists_of_who_hears_of_a_bounce() -> None:
    assert suspending.bounced in bounced_hooks
    assert bouncing.bounced in bounced_hooks


def test_a_hard_bounce_suspends_once(meenal: Patient) -> None:
    assert returned(meenal, "postfix_unknown_user") == Outcome.TAKEN
    meenal.refresh_from_db()
    assert (meenal.email_suspended_at, meenal.email_suspended_because) == (NOW, "returned")
    found = unreachable(meenal)
    assert found is not None
    assert (found.reason, found.where) == ("address_suspended", "call_list")
    returned(meenal, "exim_failed", number=1, now=NOW + timedelta(days=1))
    meenal.refresh_from_db()
    assert meenal.email_suspended_at == NOW
    assert verbs(meenal) == ["email.suspended"]


def test_soft_bounces_suspend_at_the_third_letter(meenal: Patient) -> None:
    for number, days in enumerate((0, 7, 14)):
        assert meenal.email_suspended_at is None
        returned(meenal, "postfix_delayed" if number == 1 else "gmail_full", number=number, now=NOW + timedelta(days))
        meenal.refresh_from_db()
    assert meenal.email_suspended_because == "unreached"


def test_soft_bounces_long_apart_suspend_nothing(meenal: Patient) -> None:
    for number in range(4):
        returned(meenal, "gmail_full", number=number, now=NOW + timedelta(days=40 * number))
    meenal.refresh_from_db()
    assert meenal.email_suspended_at is None


def test_a_complaint_stops_reminders_and_suspends(meenal: Patient) -> None:
    returned(meenal, "complaint_arf")
    meenal.refresh_from_db()
    assert (meenal.email_suspended_because, Wishes.of(meenal).topics) == ("complaint", frozenset())
    assert set(Consent.objects.values_list("kind", "is_given")) == {
        ("reminders", False), ("before_visit", False), ("check_ins", False),
    }  # fmt: skip
    assert "reminders.stopped" in verbs(meenal)


def test_a_late_bounce_of_an_address_corrected_since_is_only_noted(meenal: Patient) -> None:
    facts = replace(PersonFacts.of(meenal), email="new@patients.example")
    amend(patient=meenal, seen_version=1, facts=facts, by=member(), now=NOW)
    assert returned(meenal, "postfix_unknown_user") == Outcome.TAKEN
    meenal.refresh_from_db()
    assert meenal.email_suspended_at is None
    assert verbs(meenal)[-1] == "email.old_address_returned"


def test_a_corrected_address_is_written_to_and_old_links_die(meenal: Patient) -> None:
    returned(meenal, "postfix_unknown_user")
    meenal.refresh_from_db()
    facts = replace(PersonFacts.of(meenal), email="new@patients.example")
    amend(patient=meenal, seen_version=meenal.version, facts=facts, by=member(), now=NOW)
    assert (meenal.email_suspended_at, meenal.email_suspended_because, unreachable(meenal)) == (None, "", None)


def test_trying_again_is_somebodys_word_and_tells_the_calendar(meenal: Patient) -> None:
    returned(meenal, "postfix_unknown_user")
    heard: list[Any] = []
    hook = lambda *, patient, by, now: heard.append(patient.email_suspended_at)  # noqa: ARG005, E731 - a hook's shape
    hooks.on_address_trusted.append(hook)
    desk = member()
    try:
        assert [try_again(patient=meenal, by=desk, now=NOW) for _time in range(2)] == [True, False]
    finally:
        hooks.on_address_trusted.remove(hook)
    assert heard == [None]
    assert Entry.objects.get(verb="email.tried_again").by == desk


def test_a_reason_stands_only_while_suspended(meenal: Patient) -> None:
    rule = "patient_email_has_a_known_reason_only_while_suspended"
    for facts in ({"email_suspended_because": "returned"}, {"email_suspended_at": NOW, "email_suspended_because": "x"}):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Patient.objects.filter(pk=meenal.pk).update(**facts)


def test_a_colleagues_address_is_marked_by_a_hard_bounce_alone() -> None:
    colleague = member(name="Ila Joshi")
    User.objects.filter(pk=colleague.pk).update(email=ADDRESS)
    returned(colleague, "gmail_full")
    colleague.refresh_from_db()
    assert colleague.email_returned_at is None
    returned(colleague, "postfix_unknown_user", number=1)
    colleague.refresh_from_db()
    assert colleague.email_returned_at == NOW
    assert Entry.objects.filter(verb="staff.email_returned").count() == 1


@pytest.fixture
def desk(time_machine: Any) -> Client:
    time_machine.move_to(NOW, tick=False)
    return client_of(member())


def test_page_is_calm_when_every_address_works(desk: Client, meenal: Patient) -> None:
    html = desk.get(PAGE).content.decode()
    assert "Every address works" in html
    assert "Meenal" not in html


def test_page_lists_why_and_both_ways_on(desk: Client, meenal: Patient) -> None:
    returned(meenal, "postfix_unknown_user")
    html = desk.get(PAGE).content.decode()
    assert "there is no such mailbox" in html
    assert "+91 98765 00131" in html
    assert reverse("patients:edit", args=[meenal.public_id]) in html
    answer = desk.post(reverse("patients:try_again", args=[meenal.public_id]), follow=True)
    assert "Meenal Shah is written to again." in answer.content.decode()
    meenal.refresh_from_db()
    assert meenal.email_suspended_at is None
    assert (
        "was written to again already"
        in desk.post(reverse("patients:try_again", args=[meenal.public_id]), follow=True).content.decode()
    )


def test_page_lists_a_letter_that_did_not_get_through_while_the_address_stands(desk: Client, meenal: Patient) -> None:
    returned(meenal, "gmail_full")
    html = desk.get(PAGE).content.decode()
    assert "did not get through" in html
    assert "5.2.2" in html


def test_page_shows_nobody_of_another_location_nor_the_dead(desk: Client, meenal: Patient) -> None:
    other = person("Rekha", "Parmar", at=place("Elsewhere"), email="rekha@patients.example")
    died = person("Usha", "Modi", email="usha@patients.example")
    Patient.objects.filter(pk__in=[other.pk, died.pk]).update(email_suspended_at=NOW)
    Patient.objects.filter(pk=died.pk).update(deceased_on="2027-05-01")
    html = desk.get(PAGE).content.decode()
    assert "Rekha" not in html
    assert "Usha" not in html


def test_a_manager_sees_colleagues_whose_letters_came_back_and_the_desk_does_not(desk: Client) -> None:
    colleague = member(Role.CLINICIAN, name="Ila Joshi")
    User.objects.filter(pk=colleague.pk).update(email_returned_at=NOW)
    assert "Ila Joshi" not in desk.get(PAGE).content.decode()
    assert "Ila Joshi" in client_of(member(Role.MANAGER)).get(PAGE).content.decode()


def test_page_asks_the_database_as_often_for_three_as_for_one(desk: Client, meenal: Patient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(PAGE)
        return len(asked)

    returned(meenal, "postfix_unknown_user")
    returned(person("Lata", email="lata@patients.example"), "gmail_full", number=9)
    queries()  # the browser's first page asks more
    one = queries()
    for number in range(1, 3):
        other = person(f"Asha{number}", email=f"asha{number}@patients.example")
        Patient.objects.filter(pk=other.pk).update(email_suspended_at=NOW)
        sent(NOW, public_id=UUID(int=LETTER.int + 20 + number), person_public_id=other.public_id)
    assert queries() == one
    assert Letter.objects.count() >= 4
