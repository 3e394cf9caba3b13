"""A finger on the body chart: where a place of a figure is on the screen, and what the page knows afterwards."""

import re
from dataclasses import dataclass

from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.staff.models import User
from tests.browsing import PASSWORD, sign_in
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked
from treatments.models import InjectionSession

SIZE = {"body_front": (500, 1000), "body_back": (500, 1000)}
HEAD = (400, 500)


@dataclass
class Chart:
    """A draft on the screen."""

    page: Page
    session: InjectionSession

    def place(self, figure: str, x: float, y: float) -> tuple[float, float]:
        """Where a fraction of a figure is in the window, scrolled into sight."""
        figure_box = self.page.locator(f"svg[data-figure={figure}]")
        width, height = SIZE.get(figure, HEAD)
        figure_box.evaluate("svg => svg.scrollIntoView({block: 'center', behavior: 'instant'})")
        found: list[float] = figure_box.evaluate(
            "(svg, [x, y]) => { const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());"
            " return [at.x, at.y] }",
            [x * width, y * height],
        )
        return found[0], found[1]

    def tap(self, figure: str, x: float, y: float) -> None:
        """Press there: with a finger where the window has one."""
        at = self.place(figure, x, y)
        if self.page.evaluate("navigator.maxTouchPoints > 0"):
            self.page.touchscreen.tap(*at)
        else:
            self.page.mouse.click(*at)

    def chosen(self, name: str) -> str:
        """A field of the chosen row."""
        value: str = self.page.locator("#sites tr.is-on").evaluate(
            "(row, name) => row.querySelector(`[name='${row.dataset.site}-${name}']`).value", name
        )
        return value

    def middle(self, key: str) -> tuple[float, float]:
        """The middle of a mark in the window."""
        mark = self.page.locator(f".mark[data-mark='{key}'] .mark-shape")
        mark.evaluate("mark => mark.ownerSVGElement.scrollIntoView({block: 'center', behavior: 'instant'})")
        box = mark.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def is_saved(self, version: int) -> None:
        """Wait until the server answered a save with that version."""
        expect(self.page.locator("#session-version")).to_have_value(str(version))


def a_draft(*, sites: int | None = None) -> tuple[InjectionSession, User]:
    """A session whose patient was checked, and who may work on it."""
    user = a_user()
    user.set_password(PASSWORD)
    user.save()
    return checked(an_active_plan(user, timezone.now(), sites=sites), user, timezone.now()), user


def enter(page: Page, session: InjectionSession, user: User) -> Chart:
    """Sign in and open it."""
    page.goto("/staff/sign-in/")
    sign_in(page, user)
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    page.goto(f"/treatments/sessions/{session.public_id}/")
    expect(page.locator("#site-editor")).to_be_visible()
    return Chart(page, session)
