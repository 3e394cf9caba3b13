"""A real Chromium for tests that need one."""

import contextlib
import os
from collections.abc import Iterator

from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright

from clinic.staff.models import User

CHROMIUM = os.environ.get("INTERVAL_BROWSER", "/usr/bin/chromium")
PASSWORD = "a long enough password"
PATIENCE = 30_000
"""Milliseconds until something is missing: a test says what comes, never how soon on a busy machine."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, without a window; a missing one fails the test."""
    # Playwright's loop runs in this thread, and under a loop Django keeps other connections. Those from before would
    # stay open, unseen, while the database is made again, and the next test without a browser would find them dead.
    connections.close_all()
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def sign_in(page: Page, user: User) -> None:
    """Fill in the sign-in page that is open."""
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
