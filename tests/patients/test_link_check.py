"""The second check: five wrong answers close a link for an hour, five more end it, however many come at once."""

import datetime
import threading

import pytest
from django.db import close_old_connections

from clinic.outbox.models import Letter
from patients.birth import Birth
from patients.link_check import TOO_MANY, code_of, send_code, try_birth_date, try_code
from patients.link_refusals import LinkRevoked, LinkWaits
from patients.links import make_link
from patients.models import AccessLink
from patients.recognising import BirthTyped
from tests.patients.making import person

RIGHT = BirthTyped(day=31, month=1, year=1970)
WRONG = BirthTyped(day=30, month=1, year=1970)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def link(now: datetime.datetime) -> AccessLink:
    patient = person(birth=Birth(datetime.date(1970, 1, 31), "day"), email="asha@patients.example")
    made, _token = make_link(
        purpose="intake", patient=patient, about=patient, now=now, expires_at=now + datetime.timedelta(days=30)
    )
    return made


@pytest.mark.django_db
def test_check_right_birth_date_passes(link: AccessLink, now: datetime.datetime) -> None:
    assert try_birth_date(link=link, typed=RIGHT, now=now) is True


@pytest.mark.django_db
def test_check_fifth_wrong_answer_closes_the_link_for_an_hour(link: AccessLink, now: datetime.datetime) -> None:
    assert [try_birth_date(link=link, typed=WRONG, now=now) for _try in range(5)] == [False] * 5
    with pytest.raises(LinkWaits) as refusal:
        try_birth_date(link=link, typed=RIGHT, now=now + 59 * MINUTE)
    assert refusal.value.until == now + 60 * MINUTE
    with pytest.raises(LinkWaits):
        send_code(link=link, now=now)
    assert try_birth_date(link=link, typed=RIGHT, now=now + 60 * MINUTE) is True


@pytest.mark.django_db
def test_check_tenth_wrong_answer_ends_the_link(link: AccessLink, now: datetime.datetime) -> None:
    for number in range(10):
        try_birth_date(link=link, typed=WRONG, now=now + (60 * MINUTE if number >= 5 else 0 * MINUTE))
    with pytest.raises(LinkRevoked) as refusal:
        try_birth_date(link=link, typed=RIGHT, now=now + datetime.timedelta(days=1))
    assert refusal.value.because == TOO_MANY


@pytest.mark.django_db
def test_check_right_answer_forgets_the_wrong_ones(link: AccessLink, now: datetime.datetime) -> None:
    for _try in range(4):
        try_birth_date(link=link, typed=WRONG, now=now)
    try_birth_date(link=link, typed=RIGHT, now=now)
    assert AccessLink.objects.get(pk=link.pk).failed_checks == 0


@pytest.mark.django_db
def test_code_is_mailed_once_and_opens_once(link: AccessLink, now: datetime.datetime) -> None:
    assert send_code(link=link, now=now) is True
    letter = Letter.objects.about(link).get()
    assert (letter.letter, letter.edition, letter.priority, letter.not_after) == (
        "link_code",
        "1",
        0,
        now + 15 * MINUTE,
    )
    code = code_of(AccessLink.objects.get(pk=link.pk))
    assert len(code) == 6
    assert code not in str(AccessLink.objects.filter(pk=link.pk).values().get())
    assert try_code(link=link, typed=f" {code[:3]} {code[3:]} ", now=now + 14 * MINUTE) is True
    assert try_code(link=link, typed=code, now=now + 14 * MINUTE) is False


@pytest.mark.django_db
def test_code_is_worthless_after_fifteen_minutes(link: AccessLink, now: datetime.datetime) -> None:
    send_code(link=link, now=now)
    code = code_of(AccessLink.objects.get(pk=link.pk))
    assert try_code(link=link, typed=code, now=now + 15 * MINUTE) is False


@pytest.mark.django_db
def test_code_newer_replaces_the_older(link: AccessLink, now: datetime.datetime) -> None:
    send_code(link=link, now=now)
    older = code_of(AccessLink.objects.get(pk=link.pk))
    assert send_code(link=link, now=now + 59 * datetime.timedelta(seconds=1)) is False
    assert send_code(link=link, now=now + MINUTE) is True
    newer = code_of(AccessLink.objects.get(pk=link.pk))
    assert older != newer
    assert try_code(link=link, typed=older, now=now + MINUTE) is False
    assert try_code(link=link, typed=newer, now=now + MINUTE) is True


@pytest.mark.django_db
def test_codes_and_dates_share_the_five_tries(link: AccessLink, now: datetime.datetime) -> None:
    send_code(link=link, now=now)
    code = code_of(AccessLink.objects.get(pk=link.pk))
    for _try in range(3):
        try_birth_date(link=link, typed=WRONG, now=now)
    for _try in range(2):
        try_code(link=link, typed="x", now=now)
    with pytest.raises(LinkWaits):
        try_code(link=link, typed=code, now=now)


@pytest.mark.django_db
def test_code_is_not_promised_without_an_address(now: datetime.datetime) -> None:
    patient = person()
    link, _token = make_link(purpose="intake", patient=patient, about=patient, now=now, expires_at=now + 60 * MINUTE)
    assert send_code(link=link, now=now) is False
    assert not Letter.objects.about(link).exists()


@pytest.mark.django_db(transaction=True)
def test_wrong_answers_at_once_are_counted_one_by_one(link: AccessLink, now: datetime.datetime) -> None:
    gate = threading.Barrier(12)
    answers: list[bool | None] = []

    def guess() -> None:
        gate.wait()
        try:
            answers.append(try_birth_date(link=link, typed=WRONG, now=now))
        except LinkWaits:
            answers.append(None)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=guess) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(False) == 5
    assert answers.count(None) == 7
