"""A registered letter and a mail server for each test that asks."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from pytest_django import Settings

from clinic.outbox import registry
from tests.outbox import sink as sinks
from tests.outbox.kinds import Reminder


@pytest.fixture
def kind() -> Iterator[Reminder]:
    """The letter about a visit, registered for this test."""
    registry.forget(Reminder.slug)
    reminder = Reminder()
    registry.register(reminder)
    yield reminder
    registry.forget(Reminder.slug)


@pytest.fixture
def sink(settings: Settings) -> Iterator[sinks.Sink]:
    """A mail server that the settings point at."""
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


def use_server(settings: Settings | LazySettings, port: int) -> None:
    """Point the settings at a mail server of this machine that must answer within two seconds."""
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 2
    settings.DEFAULT_FROM_EMAIL = "Kadamb Clinic <visits@kadamb.example>"


@pytest.fixture(autouse=True)
def no_finders() -> Iterator[None]:
    """Other apps' finders stay out of these tests."""
    kept, registry.due_finders[:] = registry.due_finders[:], []
    yield
    registry.due_finders[:] = kept


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that the program logs, at its most talkative; not what the test's own mail server logs."""
    loggers = [logging.getLogger(name) for name in ("clinic", "django")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(caplog.handler)
        logger.setLevel(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    yield caplog
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(caplog.handler)
        logger.setLevel(level)
