"""What anybody may read: every leaflet in every language, nobody's in particular, each number with its source."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clinic.locations.models import Location
from clinic.staff.models import Role, User
from tests.clinic.clinical_words import clinical_words_in
from tests.patients.making import place
from tests.tongues.reading import english_in, read
from tests.treatments.people import a_user
from treatments.catalogue_loading import shipped_entries
from treatments.entries import has_source, value_at
from treatments.formulary import WHOLE
from treatments.leaflets import leaflets_in
from treatments.models import LeafletReview

pytestmark = pytest.mark.django_db

MARK = re.compile(r'<sup class="leaflet-note">.*?</sup>')
LINE = re.compile(r"<(?:li|p|h2)[ >].*?</(?:li|p|h2)>", re.DOTALL)
SOURCED = re.compile(r'<li id="source-(\d+)"(?: data-source="([^"]*)")?>')
LANGUAGES = ("en", "hi", "gu")


@pytest.fixture
def here() -> Location:
    location = place()
    Location.objects.filter(pk=location.pk).update(
        sender_name="Kadamb Clinic", phone="+91 98765 00123", emergency_number="112"
    )
    location.refresh_from_db()
    return location


def page(here: Location, slug: str = "", language: str = "en", client: Client | None = None) -> Any:
    address = reverse("leaflets:leaflet" if slug else "leaflets:contents", args=[here.public_id, *filter(None, [slug])])
    return (client or Client()).get(address, {"lang": language})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_leaflet_opens_for_anybody_in_their_language(here: Location, language: str) -> None:
    listed = page(here, language=language).text
    for leaflet in leaflets_in(language):
        assert f'/read/{here.public_id}/{leaflet.slug}/?lang={language}"' in listed
        shown = page(here, leaflet.slug, language)
        assert shown.status_code == 200
        spoken, said = read(shown.text)
        assert spoken == language
        assert leaflet.document["title"] in said
        if language != "en":
            assert list(english_in(said, ["Kadamb Clinic", here.name])) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_says_where_it_comes_from(here: Location, language: str) -> None:
    for leaflet in leaflets_in(language):
        text = page(here, leaflet.slug, language).text
        words = text.partition('<article class="leaflet flow">')[2].partition('<p class="leaflet-own">')[0]
        assert "{" not in words
        marks = {int(number) for number in re.findall(r'href="#source-(\d+)"', words)}
        sources = {int(number): place for number, place in SOURCED.findall(text)}
        assert marks == set(sources) != set()
        for line in LINE.findall(re.sub(r'<a class="tel".*?</a>', "", words)):
            said, marked = MARK.subn("", line)
            assert marked or not re.search(r"\d", re.sub(r"<[^>]*>", "", said)), line
        for source in filter(None, sources.values()):
            entry, _, path = source.partition("#")
            kind, _, key = entry.partition("/")
            facts = value_at(shipped_entries(kind)[key], path)
            assert has_source(facts) or kind not in WHOLE, source


def test_numbers_on_the_page_are_those_of_the_catalogue(here: Location) -> None:
    """By hand from conditions.json, rules.json and adverse_events.json."""
    text = " ".join(re.sub(r"<sup.*?</sup>|<[^>]*>", "", page(here, "after").text).split())
    for words in (
        "Chronic migraine: starts after 7 to 14 days, strongest after 3 to 6 weeks, lasts 9 to 13 weeks.",
        "starts after 3 to 14 days, strongest after 4 to 6 weeks, lasts 10 to 16 weeks.",
        "Joint pain: starts after 7 to 28 days, strongest after 4 to 8 weeks, lasts 8 to 24 weeks.",
        "The next treatment can come 84 days after the last one.",
        "This begins after 3 to 14 days and passes within 21 to 112 days.",
        "from the first hours until 42 days after the injection",
        "Call 112 now if you notice one of these:",
        "Call us the same day, +91 98765 00123,",
        "Trouble breathing",
        "Unclear speech",
    ):
        assert words in text, words


def test_page_says_that_nobody_reviewed_it_until_a_clinician_confirms(here: Location) -> None:
    doctor, manager = a_user(location=here), a_user(Role.MANAGER, location=here)
    address = reverse("treatments:leaflet_confirm", args=["visit", "en"])
    words = next(one for one in leaflets_in("en") if one.slug == "visit")
    assert "Not reviewed by the clinic yet." in page(here, "visit").text
    assert browser(manager).post(address, {"seen": words.words_hash}).status_code == 403
    for seen in ("other words", words.words_hash, words.words_hash):
        assert browser(doctor).post(address, {"seen": seen}).status_code == 302
    assert LeafletReview.objects.get().confirmed_by == doctor
    assert "Not reviewed by the clinic yet." not in page(here, "visit").text
    assert "Not reviewed by the clinic yet." not in page(here, "visit", "hi").text
    assert LeafletReview.objects.count() == 1


def test_staff_read_the_words_with_the_way_to_each_value(here: Location) -> None:
    client = browser(a_user(location=here))
    listed = client.get(reverse("treatments:leaflet_reviews")).text
    assert "60 pages are not reviewed." in listed
    words = client.get(reverse("treatments:leaflet_words", args=["part-a", "hi"])).text
    entry = reverse("treatments:catalogue_entry", args=["conditions", "chronic_migraine"])
    assert f'href="{entry}#v-effect_window"' in words
    assert client.get(reverse("treatments:leaflet_words", args=["part-a", "fr"])).status_code == 404
    assert client.get(reverse("treatments:leaflet_words", args=["part-z", "en"])).status_code == 404


def test_address_and_title_in_the_history_tell_no_more_than_they_must(here: Location) -> None:
    addresses = [reverse("leaflets:contents", args=[here.public_id])]
    addresses += [reverse("leaflets:leaflet", args=[here.public_id, one.slug]) for one in leaflets_in("en")]
    assert [address for address in addresses if clinical_words_in(address)] == []


@pytest.mark.parametrize("slug", ["", "visit"])
def test_unknown_place_closed_place_and_unknown_page_are_not_there(here: Location, slug: str) -> None:
    assert page(Location(public_id=uuid4()), slug).status_code == 404
    assert page(here, "nothing").status_code == 404
    Location.objects.filter(pk=here.pk).update(is_active=False)
    assert page(here, slug).status_code == 404


def test_page_answers_reading_only_and_asks_as_often_for_every_reader(
    here: Location, django_assert_max_num_queries: Any
) -> None:
    address = reverse("leaflets:leaflet", args=[here.public_id, "after"])
    assert Client().post(address).status_code == 405
    assert Client().head(address).status_code == 200
    with django_assert_max_num_queries(14):
        page(here, "after")


def test_page_prints_with_the_place_and_without_the_buttons(here: Location) -> None:
    text = page(here, "part-b").text
    assert '<p class="leaflet-from">Kadamb Clinic · +91 98765 00123</p>' in text
    assert "data-print hidden" in text
    assert text.count("no-print") == 3  # the way back, the button, what else there is


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
