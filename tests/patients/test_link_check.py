"""The second check: dates of birth close a link, codes die by themselves, however many tries come at once."""

import datetime
import threading

import pytest
from django.db import IntegrityError, close_old_connections, transaction

from clinic.outbox.models import Letter
from clinic.outbox.registry import Suppressed, kind_for
from patients.birth import Birth
from patients.forms_link import CodeForm
from patients.link_check import TOO_MANY, code_of, live_code, send_code, try_birth_date, try_code
from patients.link_refusals import LinkRevoked, LinkWaits
from patients.links import make_link
from patients.models import AccessLink, Patient
from patients.recognising import BirthTyped
from tests.patients.making import person

RIGHT = BirthTyped(day=31, month=1, year=1970)
WRONG = BirthTyped(day=30, month=1, year=1970)
MINUTE = datetime.timedelta(minutes=1)
LONG_AGO = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)


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
def test_check_fifth_wrong_date_closes_that_way_for_an_hour(link: AccessLink, now: datetime.datetime) -> None:
    assert [try_birth_date(link=link, typed=WRONG, now=now) for _try in range(5)] == [False] * 5
    with pytest.raises(LinkWaits) as refusal:
        try_birth_date(link=link, typed=RIGHT, now=now + 59 * MINUTE)
    assert refusal.value.until == now + 60 * MINUTE
    assert try_birth_date(link=link, typed=RIGHT, now=now + 60 * MINUTE) is True


@pytest.mark.django_db
def test_wrong_dates_do_not_keep_the_person_from_the_mailed_code(link: AccessLink, now: datetime.datetime) -> None:
    """Who holds a link that was passed on guesses dates; the code goes to the person's own mailbox, and opens."""
    for _try in range(5):
        try_birth_date(link=link, typed=WRONG, now=now)
    assert send_code(link=link, now=now) is True
    assert Letter.objects.about(link).count() == 1
    assert try_code(link=link, typed=code_of(link), now=now) is True
    with pytest.raises(LinkWaits):
        try_birth_date(link=link, typed=RIGHT, now=now)


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
    assert code not in str([*AccessLink.objects.filter(pk=link.pk).values(), *link.codes.values()])
    assert try_code(link=link, typed=f" {code[:3]} {code[3:]} ", now=now + 14 * MINUTE) is True
    assert try_code(link=link, typed=code, now=now + 14 * MINUTE) is False


@pytest.mark.django_db
@pytest.mark.parametrize("nought", [0x966, 0xAE6, 0xFF10], ids=["devanagari", "gujarati", "wide"])
def test_code_typed_in_the_figures_of_a_script_is_the_same(
    link: AccessLink, now: datetime.datetime, nought: int
) -> None:
    send_code(link=link, now=now)
    code = code_of(AccessLink.objects.get(pk=link.pk))
    form = CodeForm({"code": "".join(chr(nought + int(digit)) for digit in code)})
    assert form.is_valid()
    assert try_code(link=link, typed=form.cleaned_data["code"], now=now) is True


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
def test_code_is_dead_after_five_wrong_tries(link: AccessLink, now: datetime.datetime) -> None:
    send_code(link=link, now=now)
    code = code_of(link)
    assert [try_code(link=link, typed="x", now=now) for _try in range(5)] == [False] * 5
    assert live_code(link, now) is None
    assert try_code(link=link, typed=code, now=now) is False
    send_code(link=link, now=now + MINUTE)
    assert try_code(link=link, typed=code_of(link), now=now + MINUTE) is True


@pytest.mark.django_db
def test_a_right_birth_date_gives_no_more_tries_at_a_code(link: AccessLink, now: datetime.datetime) -> None:
    """Who knows the date of birth guesses no code with its help: the tries are counted on the code."""
    send_code(link=link, now=now)
    for _try in range(5):
        try_code(link=link, typed="x", now=now)
        assert try_birth_date(link=link, typed=RIGHT, now=now) is True
    assert try_code(link=link, typed=code_of(link), now=now) is False


@pytest.mark.django_db
def test_three_codes_tried_to_death_in_a_row_end_the_link(link: AccessLink, now: datetime.datetime) -> None:
    for number in range(3):
        send_code(link=link, now=now + number * MINUTE)
        for _try in range(5):
            try_code(link=link, typed="x", now=now + number * MINUTE)
    with pytest.raises(LinkRevoked) as refusal:
        send_code(link=link, now=now + 9 * MINUTE)
    assert refusal.value.because == TOO_MANY


@pytest.mark.django_db
def test_fifteen_wrong_codes_end_the_link_however_they_are_spread(link: AccessLink, now: datetime.datetime) -> None:
    """Four of each code leave none of them dead, and are guesses all the same; a right code begins the count anew."""
    hour = 60 * MINUTE

    def wrong_on_new_code(after: datetime.timedelta, tries: int) -> None:
        assert send_code(link=link, now=now + after) is True
        for _try in range(tries):
            try_code(link=link, typed="x", now=now + after)

    for number in range(3):
        wrong_on_new_code(number * hour, 4)
    assert try_code(link=link, typed=code_of(link), now=now + 2 * hour) is True
    for number in range(3, 6):
        wrong_on_new_code(number * hour, 4)
    wrong_on_new_code(6 * hour, 2)
    assert live_code(link, now + 6 * hour) is not None
    try_code(link=link, typed="x", now=now + 6 * hour)
    with pytest.raises(LinkRevoked):
        send_code(link=link, now=now + 9 * hour)


@pytest.mark.django_db
def test_codes_of_a_link_are_five_an_hour_and_ten_a_day(link: AccessLink, now: datetime.datetime) -> None:
    hour = 60 * MINUTE
    given = [send_code(link=link, now=now + n * MINUTE) for n in range(6)]
    given += [send_code(link=link, now=now + hour + n * MINUTE) for n in range(5, 11)]
    given += [send_code(link=link, now=now + 3 * hour), send_code(link=link, now=now + 25 * hour)]
    assert given == [True] * 5 + [False] + [True] * 5 + [False] + [False, True]


@pytest.mark.django_db
def test_a_mailbox_gets_six_codes_an_hour_whichever_links_ask(link: AccessLink, now: datetime.datetime) -> None:
    """The page is told the same; the code that was not mailed is no code."""
    for number in range(5):
        send_code(link=link, now=now + number * MINUTE)
    sister = person("Usha", email="Asha@Patients.example")
    other, _token = make_link(
        purpose="intake", patient=sister, about=sister, now=now, expires_at=now + datetime.timedelta(days=1)
    )
    assert [send_code(link=other, now=now + number * MINUTE) for number in (6, 8)] == [True, True]
    assert Letter.objects.of_kind("link_code").count() == 6
    assert try_code(link=other, typed=code_of(other), now=now + 8 * MINUTE) is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"email": ""}, {"email": "thief@patients.example"}, {"email_suspended_at": LONG_AGO}],
)
def test_code_goes_to_the_address_of_the_link_only_and_says_the_same(
    change: dict[str, object], link: AccessLink, now: datetime.datetime
) -> None:
    """Whatever wrote another address without ending the links: nothing is mailed, and the page is told the same."""
    send_code(link=link, now=now)
    before = Letter.objects.about(link).get()
    Patient.objects.filter(pk=link.patient_id).update(**change)
    assert send_code(link=link, now=now + MINUTE) is True
    assert Letter.objects.about(link).get() == before
    assert try_code(link=link, typed=code_of(link), now=now + MINUTE) is False
    wanted = kind_for("link_code").still_wanted(before.promise, now=now)
    assert isinstance(wanted, Suppressed)


@pytest.mark.django_db
def test_code_works_on_a_second_device_which_asked_for_none(link: AccessLink, now: datetime.datetime) -> None:
    send_code(link=link, now=now)
    elsewhere = AccessLink.objects.get(pk=link.pk)
    assert live_code(elsewhere, now) is not None
    assert try_code(link=elsewhere, typed=code_of(elsewhere), now=now) is True


@pytest.mark.django_db
def test_code_of_one_link_opens_no_other(link: AccessLink, now: datetime.datetime) -> None:
    other, _token = make_link(
        purpose="my-page", patient=link.patient, about=link.patient, now=now, expires_at=now + 60 * MINUTE
    )
    send_code(link=link, now=now)
    send_code(link=other, now=now)
    assert try_code(link=other, typed=code_of(link), now=now) is False
    assert try_code(link=other, typed=code_of(other), now=now) is True


@pytest.mark.django_db
def test_the_database_refuses_a_sixth_try(link: AccessLink, now: datetime.datetime) -> None:
    send_code(link=link, now=now)
    with pytest.raises(IntegrityError, match="link_code_is_tried_five_times_at_most"), transaction.atomic():
        link.codes.update(wrong_tries=6)


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
