"""The running clinic, its mail server and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import chromium
from tests.journeys.looking import Eyes
from tests.journeys.running import Running, running
from tests.outbox import sink as sinks
from tests.outbox.sink import Sink


@pytest.fixture(scope="package")
def one_browser() -> Iterator[Browser]:
    """Chromium, started once for the stories of this process; none on the machine fails the test."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(one_browser: Browser) -> Iterator[Browser]:
    """Chromium, in which nothing is open: what a test leaves open is closed behind it."""
    yield one_browser
    for context in one_browser.contexts:
        context.close()


@pytest.fixture
def eyes() -> Iterator[Eyes]:
    """What was seen on the pages of this story; told where the story ends, well or not."""
    eyes = Eyes()
    yield eyes
    summary = f"{len(eyes.pages)} pages seen, {len(eyes.found)} findings of axe"
    print(summary, *eyes.found, *dict.fromkeys(eyes.broken), sep="\n")  # noqa: T201  # pytest shows it beside a failure


@pytest.fixture
def post() -> Iterator[tuple[Sink, int]]:
    """A mail server that takes every letter, and its port."""
    with sinks.running() as sink_and_port:
        yield sink_and_port


@pytest.fixture
def sink(post: tuple[Sink, int]) -> Sink:
    """The letters that arrived."""
    return post[0]


@pytest.fixture
def clinic_running(transactional_db: None, post: tuple[Sink, int], tmp_path: Path) -> Iterator[Running]:
    """Web, worker and beat, on this test's database."""
    with running(tmp_path, post[1], with_letters=True) as clinic:
        yield clinic


@pytest.fixture(scope="package")
def one_web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The web, started once for the stories of this process: each request opens the database of that name anew."""
    with running(tmp_path_factory.mktemp("web"), 9, with_letters=False) as clinic:
        yield clinic


@pytest.fixture
def web_running(transactional_db: None, one_web: Running) -> Iterator[Running]:
    """The web alone, on this test's database; in Redis nothing is left for the next."""
    one_web.wait_until_ready()
    yield one_web
    one_web.forget()
