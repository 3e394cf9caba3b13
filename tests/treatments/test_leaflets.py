"""Leaflets in versions: the same again changes nothing, what was read stays, and each number is the catalogue's."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.audit.models import Entry
from tests.treatments.people import a_user
from treatments import leaflets
from treatments.catalogue_loading import shipped_entries
from treatments.leaflet_facts import facts_at
from treatments.leaflet_text import LeafletUnreadable
from treatments.leaflets import LeafletChanged, check_numbers, confirm, leaflets_in, numbers_in, publish
from treatments.models import Leaflet, LeafletReview

pytestmark = pytest.mark.django_db

IN_ORDER = ["what", "visit", "after", "expect", *(f"part-{letter}" for letter in "abcdefghijklmnop")]
HASH = "0" * 64
OFF_LABEL = {
    "en": {
        "none": "No product has this use on its label.",
        "some": "For all others the use is off-label.",
        "all": "In the USA every product has this use on its label.",
    },
    "hi": {
        "none": "किसी भी दवा के लेबल पर यह इस्तेमाल नहीं लिखा है।",
        "some": "बाक़ी सबके लिए यह लेबल से बाहर इस्तेमाल है।",
        "all": "अमेरिका में इन सभी दवाओं के लेबल पर यह इस्तेमाल लिखा है।",
    },
    "gu": {
        "none": "કોઈ પણ દવાના લેબલ પર આ ઉપયોગ લખેલો નથી.",
        "some": "બાકી બધી માટે તે લેબલ બહારનો ઉપયોગ છે.",
        "all": "અમેરિકામાં આ બધી દવાઓના લેબલ પર આ ઉપયોગ લખેલો છે.",
    },
}
"""How a leaflet says of how many products the label in the USA has a use."""


def newer(slug: str, version: int, language: str, now: datetime, **document: object) -> Leaflet:
    """A later version, as a later release would ship it."""
    before = Leaflet.objects.get(slug=slug, version=1, language=language)
    made: Leaflet = Leaflet.objects.create(
        slug=slug, version=version, language=language, words_hash=HASH, loaded_at=now,
        document=before.document | document,
    )  # fmt: skip
    return made


def test_loading_the_catalogue_published_every_leaflet_once(now: datetime) -> None:
    assert Leaflet.objects.count() == 60
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
    words = next(one for one in leaflets_in("hi") if one.slug == "visit")
    assert confirm(leaflet=words, by=doctor, now=now) == confirm(leaflet=words, by=doctor, now=now)
    assert LeafletReview.objects.count() == 1
    assert Entry.objects.filter(verb="leaflet.confirmed").count() == 1
    newer("visit", 2, "hi", now)
    assert not hasattr(next(one for one in leaflets_in("hi") if one.slug == "visit"), "review")


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


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_every_condition_of_the_catalogue_has_its_leaflet_in_its_language(language: str) -> None:
    conditions = set(shipped_entries("conditions"))
    found = [one for one in leaflets_in(language) if one.document["condition"]]
    assert {one.document["condition"] for one in found} == conditions
    assert len(found) == len(conditions) == 16
    assert {one.language for one in found} == {language}


@pytest.mark.parametrize("language", sorted(OFF_LABEL))
def test_each_leaflet_says_of_its_condition_what_the_catalogue_says_of_labels(language: str) -> None:
    said: dict[str, set[str]] = {"none": set(), "some": set(), "all": set()}
    for one in leaflets_in(language):
        words = " ".join(one.document["blocks"])
        for how, sentence in OFF_LABEL[language].items():
            if one.document["condition"] and sentence in words:
                said[how].add(one.document["condition"])
    held: dict[str, set[str]] = {"none": set(), "some": set(), "all": set()}
    for key, facts in shipped_entries("conditions").items():
        status = [value for name, value in facts["product_status"].items() if name.endswith(("toxinA", "toxinB"))]
        approved = status.count("approved")
        held["all" if approved == len(status) else "some" if approved else "none"].add(key)
    assert said == held


@pytest.mark.parametrize("slug", [f"part-{letter}" for letter in "abcdefghijklmnop"])
def test_leaflet_of_a_condition_takes_its_window_and_its_label_from_that_condition(slug: str) -> None:
    """A leaflet begun as a copy of another must not keep the other's figures."""
    one = next(one for one in leaflets_in("en") if one.slug == slug)
    here = f"conditions/{one.document['condition']}#"
    places = {place for place in one.document["numbers"].values() if place.startswith("conditions/")}
    assert {place for place in places if not place.startswith(here)} == set()
    window = {"onset_days", "peak_weeks", "duration_weeks_range"}
    assert {f"{here}effect_window.{key}" for key in window} | {f"{here}product_status"} <= places
