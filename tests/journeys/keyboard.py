"""Hands that have a keyboard and no mouse: they go by Tab alone, and see where they are."""

from playwright.sync_api import Locator, Page

FURTHEST = 90
SEEN = """async () => {
    const one = document.activeElement;
    const isSeen = () => {
        const box = one.getBoundingClientRect(), style = getComputedStyle(one);
        return (style.outlineStyle !== 'none' || style.boxShadow !== 'none') && box.width > 0 && box.height > 0;
    };
    if (!isSeen()) await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const before = window.lastFocus;
    window.lastFocus = one;
    return {
        name: (one.labels?.[0] ?? one).textContent.trim().slice(0, 40) || one.name || one.tagName,
        isSeen: isSeen(),
        isInOrder: !before?.isConnected || !!(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING),
        isPage: one === document.body,
    };
}"""


def tab(page: Page) -> dict[str, object]:
    """Press Tab on a page that has come, and tell where one is by then: eyes see what was painted."""
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    at: dict[str, object] = page.evaluate(SEEN)
    return at


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus; fail where it is never reached, or where one cannot see where one is."""
    for _press in range(FURTHEST):
        at = tab(page)
        if at["isPage"]:
            continue
        assert at["isSeen"], f"{at['name']}: nobody sees that it has the focus"
        assert at["isInOrder"], f"{at['name']}: the focus goes back"
        if wanted.first.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {wanted}")
