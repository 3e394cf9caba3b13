"""The wording of the letters is read on a page, confirmed by a manager, and to be read again once it changes."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from scheduling import samples, wording
from scheduling.errors import WordingChanged
from scheduling.models import WordingReview
from tests.outbox.owner import as_owner
from tests.patients.making import client_of, member, place
from tests.scheduling.made import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    place()
    return member(Role.MANAGER)


def now_of(letter: str, language: str = "en") -> wording.Wording:
    return next(one for one in wording.wordings(letter)[letter] if one.language == language)


def test_every_letter_is_not_reviewed_until_somebody_confirms_it(manager: User) -> None:
    assert {one.review for found in wording.wordings().values() for one in found} == {None}
    seen = now_of("check_in").hash
    for _ in range(2):
        review = wording.confirm(letter="check_in", language="en", seen=seen, by=manager, now=NOW)
    assert now_of("check_in").review == review
    assert now_of("aftercare").review is None
    assert Entry.objects.filter(verb="wording.confirmed").count() == WordingReview.objects.count() == 1


def test_changed_words_are_to_be_read_again(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = now_of("link_code").hash
    wording.confirm(letter="link_code", language="en", seen=seen, by=manager, now=NOW)
    with monkeypatch.context() as other_words:
        other_words.setattr(samples, "NAME", "Rekha B. Parmar")  # stands for a changed template: other words
        assert now_of("link_code").hash != seen
        assert now_of("link_code").review is None
        with pytest.raises(WordingChanged):
            wording.confirm(letter="link_code", language="en", seen=seen, by=manager, now=NOW)
    assert now_of("link_code").review is not None  # the old words again: they were confirmed


def test_a_language_without_a_translation_cannot_be_confirmed(manager: User, hindi: None) -> None:
    gujarati = now_of("link_code", "gu")
    assert not gujarati.is_translated
    with pytest.raises(WordingChanged):
        wording.confirm(letter="link_code", language="gu", seen=gujarati.hash, by=manager, now=NOW)
    wording.confirm(letter="link_code", language="hi", seen=now_of("link_code", "hi").hash, by=manager, now=NOW)


def test_a_manager_confirms_and_the_desk_reads(manager: User) -> None:
    url = reverse("scheduling:wording", args=["check_in", "en"])
    page = client_of(manager).get(url).content.decode()
    assert "not reviewed" in page
    assert "Confirm these words" in page
    assert "How are you?" in page
    assert 'sandbox title="How are you since your visit?"' in page
    desk = client_of(member(Role.FRONT_DESK)).get(url).content.decode()
    assert "Confirm these words" not in desk
    press = reverse("scheduling:wording_confirm", args=["check_in", "en"])
    said = client_of(manager).post(press, {"seen": now_of("check_in").hash}, follow=True).content.decode()
    assert f"{manager.full_name} confirmed these words" in said
    assert "Confirm these words" not in said


def test_a_press_on_words_that_changed_confirms_nothing(manager: User) -> None:
    press = reverse("scheduling:wording_confirm", args=["check_in", "en"])
    said = client_of(manager).post(press, {"seen": "0" * 64}, follow=True).content.decode()
    assert "The words have changed" in said
    assert not WordingReview.objects.exists()


@pytest.mark.parametrize(("letter", "language"), [("nothing", "en"), ("check_in", "fr"), ("check_in", "xx")])
def test_another_letter_or_language_is_not_there(manager: User, letter: str, language: str) -> None:
    assert client_of(manager).get(reverse("scheduling:wording", args=[letter, language])).status_code == 404


@pytest.mark.parametrize("form", ["", "x", "-1", "99", "9" * 40, "१"])
def test_an_odd_form_shows_one_there_is(manager: User, form: str) -> None:
    page = client_of(manager).get(reverse("scheduling:wording", args=["check_in", "en"]), {"form": form})
    assert page.status_code == 200


def test_the_list_asks_as_often_with_one_review_as_with_three(manager: User) -> None:
    client, url, asked = client_of(manager), reverse("scheduling:wordings"), []
    client.get(url)  # the catalogue is read once
    for letter in ("check_in", "aftercare", "link_code"):
        wording.confirm(letter=letter, language="en", seen=now_of(letter).hash, by=manager, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        asked.append(len(queries))
    assert len(set(asked)) == 1


def test_a_confirmed_wording_stays_as_it_is(manager: User) -> None:
    wording.confirm(letter="check_in", language="en", seen=now_of("check_in").hash, by=manager, now=NOW)
    for change in (WordingReview.objects.all().delete, lambda: WordingReview.objects.update(language="hi")):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()
        with as_owner(), pytest.raises(DatabaseError, match="Confirmed words stay confirmed"), transaction.atomic():
            change()
