"""The eyes of the stories see what is wrong: a page with faults of its own is the control."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import Eyes, axe

POOR = """<!doctype html><html><title>Poor</title><body><main><h1>Poor</h1><img src="data:,"><input>
<p style="color:#999;background:#aaa">faint</p><div style="width:2000px">wide</div></main></body></html>"""
GOOD = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Good</title>
<body><main><h1>Good</h1><label>Name <input></label></main></body></html>"""


def test_page_with_faults_is_seen_and_named(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(POOR)
    eyes = Eyes()
    eyes.look(page, name="poor")
    page.close()
    seen = "\n".join(eyes.serious)
    for fault in ("image-alt", "label", "color-contrast", "html-has-lang", "wider than its window"):
        assert fault in seen
    assert "1280 px" in seen
    assert "390 px" in seen


def test_page_without_faults_passes_and_the_other_fails(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(GOOD)
    axe(page)
    page.set_content(POOR)
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
    page.close()
