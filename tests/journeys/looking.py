"""A browser that looks at every page as a person and as axe does: wide and on a phone, light and dark."""

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browsing import PATIENCE

WIDE = (1280, 900)
PHONE = (390, 844)
SERIOUS = ("serious", "critical")
NOT_FOUND, SERVER_ERROR = 404, 500
OPTIONS = {"resultTypes": ["violations"], "preload": False}  # preloading asks for imported sheets at the wrong place
_axe = Axe()


class Eyes:
    """What axe found on the pages of one story, so that all of it is told at once."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.found: list[str] = []
        self.broken: list[str] = []

    def heard(self, status: int, url: str) -> None:
        """Keep what the server could not answer: a file that is missing, a page that broke."""
        if status == NOT_FOUND or status >= SERVER_ERROR:
            self.broken.append(f"{status} {url}")

    def look(self, page: Page, *, name: str, dark: bool = False) -> None:
        """Look at the page as it stands, at both widths; `dark` looks at the dark theme as well."""
        page.wait_for_load_state("load")
        was: Any = page.viewport_size
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark") if dark else ("light",)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for width, height in (WIDE, PHONE):
                page.set_viewport_size({"width": width, "height": height})
                self.found += [f"{name} {width} px {scheme}: {line}" for line in violations(page)]
                if _is_cut_off(page):
                    self.found.append(f"{name} {width} px: serious: the page is wider than its window")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(was)
        self.pages.append(name)

    @property
    def serious(self) -> list[str]:
        """What no page may have."""
        return [line for line in self.found if any(f": {word}:" in line for word in SERIOUS)]


def choose(box: Locator) -> None:
    """Press the words beside a radio button or a box, as people do; the box itself may be drawn over."""
    box.page.locator(f"label[for='{box.get_attribute('id')}']").first.click()
    expect(box).to_be_checked()


def axe(page: Page) -> None:
    """Fail on anything serious on the page as it stands; the failure tells the lesser findings too."""
    eyes = Eyes()
    eyes.look(page, name=page.url)
    assert not eyes.serious, "\n".join(eyes.found)


def violations(page: Page) -> list[str]:
    """Everything axe finds on the page as it stands, a line each."""
    results = _axe.run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['impact']}: {one['id']}: {', '.join(str(node['target'][0]) for node in one['nodes'][:4])}"
        for one in results
    ]


@contextlib.contextmanager
def window(browser: Browser, *, base_url: str, eyes: Eyes, phone: bool = False) -> Iterator[Page]:
    """A page in a browser context of its own; what its console complains of is kept."""
    width, height = PHONE if phone else WIDE
    context: BrowserContext = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": height},
        has_touch=phone,
        reduced_motion="reduce",
        timezone_id="Asia/Kolkata",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: eyes.broken.append(f"{page.url}: {error}"))
    page.on("response", lambda answer: eyes.heard(answer.status, answer.url))
    yield page
    context.close()


def _is_cut_off(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
