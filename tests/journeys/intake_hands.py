"""Hands that fill in a form by keyboard alone: Tab to a field, answer it by its kind, Enter on the button."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.keyboard import tab

MOST_KEYS = 140
AT = """() => {
    const one = document.activeElement, form = one.closest('form');
    const same = one.name && form ? [...form.elements].filter((other) => other.name === one.name) : [];
    return {
        tag: one.tagName, type: one.type ?? '', name: one.name ?? '', value: one.value ?? '',
        isChosen: same.some((other) => other.checked), isOpen: one.parentElement?.open ?? false,
        isNext: one.matches('button[value=next], button[value=send]'), isAreas: !!one.closest('.area-list'),
        isDetail: !!one.closest('.details'),
    };
}"""
TYPED = {"about_given_name": "Asha", "about_phone": "98765 00132", "pain_since_year": "2019"}


def fill_by_keys(page: Page) -> None:
    """Answer the page from its first field to its button, seeing at each step where one is."""
    for _press in range(MOST_KEYS):
        seen, at = tab(page), page.evaluate(AT)
        if seen["isPage"]:
            continue
        assert seen["isSeen"], f"{page.url}: nobody sees that {seen['name']} has the focus"
        assert seen["isInOrder"], f"{page.url}: the focus goes back at {seen['name']}"
        if at["isNext"]:
            page.keyboard.press("Enter")
            return
        _answer(page, at)
    raise AssertionError(f"{page.url}: Tab never reaches the button")


def _answer(page: Page, at: dict[str, object]) -> None:
    match at["tag"], at["type"]:
        case "SUMMARY", _ if not at["isOpen"] and at["isAreas"]:
            page.keyboard.press("Enter")
        case "INPUT", "radio" if not at["isChosen"]:
            page.keyboard.press("Space")
            if at["value"] == "yes" and not str(at["name"]).startswith("consent"):
                page.keyboard.press("ArrowDown")
        case "INPUT", "checkbox" if not at["isChosen"]:
            page.keyboard.press("Space")
        case "INPUT" | "TEXTAREA", "text" | "textarea" if not at["value"]:
            text = TYPED.get(str(at["name"]), "4" if str(at["name"]).endswith("_28") or at["name"] == "s25_moh" else "")
            page.keyboard.type(text or ("none" if at["tag"] == "TEXTAREA" else ""))


def to_the_end(page: Page) -> list[str]:
    """Fill in page after page until the answers are shown once more; return the pages' names."""
    passed: list[str] = []
    while "/send/" not in page.url:
        name = page.url.rstrip("/").rsplit("/", 1)[-1]
        assert name not in passed, f"{name} was not left: {page.locator('.error-summary').all_text_contents()}"
        passed.append(name)
        fill_by_keys(page)
        expect(page).not_to_have_url(re.compile(f"/step/{name}/"))
    return passed
