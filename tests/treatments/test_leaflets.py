"""Leaflets in versions: the same again changes nothing, what was read stays, and each number is the catalogue's."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.audit.models import Entry
from tests.treatments.people import a_user
from treatments import leaflets
from treatments.leaflet_facts import facts_at
from treatments.leaflet_text import LeafletUnreadable
from treatments.leaflets import LeafletChanged, check_numbers, confirm, leaflets_in, numbers_in, publish
from treatments.models import Leaflet, LeafletReview

pytestmark = pytest.mark.django_db

IN_ORDER = ["what", "visit", "after", "expect", "part-a", "part-b", "part-c", "part-d", "part-e"]
HASH = "0" * 64


def newer(slug: str, version: int, language: str, now: datetime, **document: object) -> Leaflet:
    """A later version, as a later release would ship it."""
    before = Leaflet.objects.get(slug=slug, version=1, language=language)
    made: Leaflet = Leaflet.objects.create(
        slug=slug, version=version, language=language, words_hash=HASH, loaded_at=now,
        document=before.document | document,
    )  # fmt: skip
    return made


def test_loading_the_catalogue_published_every_leaflet_once(now: datetime) -> None:
    assert Leaflet.objects.count() == 27
    assert publish(now=now) == 0
    assert [one.slug for one in leaflets_in("gu")] == IN_ORDER
    assert {one.language for one in leaflets_in("gu")} == {"gu"}


def test_words_changed_under_the_same_version_are_refused(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    changed = Leaflet(slug="visit", version=1, language="en", document={}, words_hash=HASH)
    monkeypatch.setattr(leaflets, "_shipped", lambda: (changed,))
    with pytest.raises(LeafletChanged):
        publish(now=now)


def test_newer_version_is_shown_and_the_older_stays(now: datetime) -> None:
    newer("visit", 2, "en", now, title="What will happen")
    newer("visit", 2, "hi", now, title="क्या होगा")
    assert [one.version for one in leaflets_in("en") if one.slug == "visit"] == [2]
    assert [one.version for one in leaflets_in("hi") if one.slug == "visit"] == [2]
    assert Leaflet.objects.filter(slug="visit", version=1).count() == 3


def test_english_is_shown_where_the_newest_version_has_no_such_language(now: datetime) -> None:
    newer("visit", 2, "en", now)
    found = next(one for one in leaflets_in("gu") if one.slug == "visit")
    assert (found.language, found.version) == ("en", 2)


@pytest.mark.parametrize("table", ["treatments_leaflet", "treatments_leafletreview"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_read_stands_for_the_apps_role(table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_clinician_confirms_words_once_and_newer_words_are_open_again(now: datetime) -> None:
    doctor = a_user()
    words = next(one for one in leaflets_in("hi") if one.slug == "after")
    assert confirm(leaflet=words, by=doctor, now=now) == confirm(leaflet=words, by=doctor, now=now)
    assert LeafletReview.objects.count() == 1
    assert Entry.objects.filter(verb="leaflet.confirmed").count() == 1
    newer("after", 2, "hi", now)
    assert not hasattr(next(one for one in leaflets_in("hi") if one.slug == "after"), "review")


def test_facts_are_the_catalogues_with_their_sources() -> None:
    """By hand from shared/clinical: conditions.json, rules.json R01, adverse_events.json, screening.json."""
    places = {
        "onset": "conditions/chronic_migraine#effect_window.onset_days",
        "gap": "rules/rules#rules.R01.min_days",
        "lid": "adverse_events/adverse_events#events.ptosis.frequency.1.percent",
        "milk": "screening/screening#questions.s03_milk_allergy.text",
        "nowhere": "",
    }
    found = facts_at(places)
    assert {key: (fact.low, fact.high) for key, fact in found.items() if key != "milk"} == {
        "onset": ("7", "14"), "gap": ("84", "84"), "lid": ("11", "11"), "nowhere": ("", ""),
    }  # fmt: skip
    assert {key: fact.source.text for key, fact in found.items()} == {
        "onset": "PREEMPT 12-week cycles; EHF guideline; wear-off series",
        "gap": "label: 12 weeks / 3 months",
        "lid": "Hull series of 254",
        "milk": found["milk"].source.text,
        "nowhere": "",
    }
    assert found["milk"].source.text
    assert found["gap"].source.place == "rules/rules#rules.0.min_days"


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("It lasts {x:13} weeks.", "conditions/chronic_migraine#effect_window.stop_rule"),
        ("It lasts {x} weeks.", "conditions/chronic_migraine#effect_window.nothing"),
        ("It lasts {x} weeks.", ""),
    ],
)
def test_number_that_the_catalogue_does_not_hold_is_refused(block: str, place: str) -> None:
    document = {"title": "T", "lede": "L", "blocks": [block], "numbers": {"x": place}}
    with pytest.raises(LeafletUnreadable):
        check_numbers(Leaflet(slug="part", document=document))


def test_numbers_are_read_out_of_words() -> None:
    assert numbers_in("stop after 2-3 cycles if days fall <30%; 12.5 % at 4.") == {"2", "3", "30", "12.5", "4"}


def test_off_label_is_said_of_exactly_the_conditions_without_an_approved_product() -> None:
    """By hand from conditions.json: no product is approved for myofascial, back or joint pain."""
    said = {
        one.slug
        for one in leaflets_in("en")
        if "No product has this use on its label." in " ".join(one.document["blocks"])
    }
    assert said == {"part-b", "part-d", "part-e"}
