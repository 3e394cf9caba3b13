"""What patients read of the treatment: on a phone in each of its languages, by axe, and on a sheet of paper."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from tests.journeys.looking import PHONE, Eyes
from tests.journeys.running import Running
from tests.patients.making import place
from tests.treatments.sessions import ready_catalogue

LANGUAGES = ("en", "hi", "gu")
SEEN = [("en", ""), *((language, slug) for language in LANGUAGES for slug in ("after", "part-a"))]
A4 = (718, 1000)
"""A sheet at 96 dots an inch, its margins taken off."""


@pytest.mark.django_db(transaction=True)
def test_leaflets_are_read_in_three_languages_and_printed(web_running: Running, browser: Browser, eyes: Eyes) -> None:
    ready_catalogue(datetime(2027, 3, 1, tzinfo=UTC))
    here = place(phone="+91 98765 00123")
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=web_running.url)
    for language, slug in SEEN:
        address = reverse(f"leaflets:{'leaflet' if slug else 'contents'}", args=[here.public_id, *filter(None, [slug])])
        page.goto(f"{address}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        eyes.look(page, name=f"leaflet {slug or 'contents'} {language}", dark=language == "gu")
    page.set_viewport_size({"width": A4[0], "height": A4[1]})
    page.emulate_media(media="print", color_scheme="light")
    for part in (".leaflet h1", ".leaflet-own", ".leaflet-sources", ".leaflet-from"):
        assert page.locator(part).first.is_visible(), part
    for part in (".aside", "[data-print]", ".back", ".p-top"):
        assert not page.locator(part).first.is_visible(), part
    assert page.locator("html").evaluate("page => page.scrollWidth") <= A4[0]
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()
    assert eyes.serious == []
