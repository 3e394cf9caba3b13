"""The HTML of every letter in a real browser: in three languages, light and dark, on a phone, with pictures off."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from scheduling import samples

LANGUAGES = ("en", "hi", "gu")
PHONE: ViewportSize = {"width": 390, "height": 844}
CONTRAST = 4.5
FINGER = 44
SMALLEST = 14

LOOK = """
() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!words || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(parse(style.color)), luminance(behind(element))].sort((a, b) => b - a);
    texts.push({ words, size: parseFloat(style.fontSize), contrast: (light + 0.05) / (dark + 0.05) });
  }
  const deeds = [...document.querySelectorAll("a.deed")].map((a) => a.getBoundingClientRect().height);
  return {
    texts,
    deeds,
    wide: document.documentElement.scrollWidth,
    pictures: document.images.length,
    paper: getComputedStyle(document.body).backgroundColor,
    language: document.documentElement.lang,
    shown: document.body.innerText,
  };
}
"""


@pytest.fixture
def page(transactional_db: None, browser: Browser) -> Any:
    """A phone that shows no pictures and notes every request."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*", lambda route: route.abort())
    yield page, asked
    context.close()


def faults(seen: dict[str, Any], scheme: str) -> list[str]:
    """What a reader would stumble over."""
    found = [f"{one['words'][:40]!r} {one['contrast']:.1f}" for one in seen["texts"] if one["contrast"] < CONTRAST]
    found += [f"{one['words'][:40]!r} {one['size']} px" for one in seen["texts"] if one["size"] < SMALLEST]
    found += [f"a button of {height} px" for height in seen["deeds"] if height < FINGER]
    if seen["wide"] > PHONE["width"]:
        found.append(f"{seen['wide']} px wide")
    if seen["pictures"]:
        found.append("pictures")
    return [f"{scheme}: {fault}" for fault in found]


def look(page: Page, html: str) -> list[str]:
    """Open a letter, light and dark."""
    page.set_content(html)
    found, papers = [], set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        seen = page.evaluate(LOOK)
        assert len(seen["texts"]) > 5
        papers.add(seen["paper"])
        found += faults(seen, scheme)
    assert len(papers) == 2
    return found


def test_every_letter_reads_well_on_a_phone_light_and_dark_without_pictures(page: tuple[Page, list[str]]) -> None:
    phone, asked = page
    found, opened = {}, 0
    for slug in samples.FORMS:
        for language in LANGUAGES:
            for number, (_sample, letter) in enumerate(samples.in_language(slug, language)):
                opened += 1
                if said := look(phone, letter.html):
                    found[f"{slug} {number} {language}"] = said
                shown = " ".join(phone.evaluate("document.body.innerText").split())
                assert shown.startswith("Kadamb Clinic ")  # the name of who writes is text, not a picture
    assert found == {}
    assert asked == []
    assert opened >= len(samples.FORMS) * len(LANGUAGES)


def test_a_letter_that_cannot_be_read_would_be_seen(page: tuple[Page, list[str]]) -> None:
    phone, asked = page
    _sample, letter = samples.in_language("aftercare", "en")[0]
    pale = letter.html.replace("color: #e9eeec", "color: #1d2527").replace(
        "</body>", "<img src='https://x.example/1'></body>"
    )
    found = look(phone, pale)
    assert "light: pictures" in found
    assert any(fault.startswith("dark: 'On the day of your visit'") for fault in found)
    assert asked == ["https://x.example/1"]
