"""Who works in the tests of people's pages, and when; a file that needs somebody else says so itself."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from clinic.staff.models import User
from tests.patients.making import client_of, member


@pytest.fixture
def at() -> datetime.datetime:
    """The moment of the test, where pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def user() -> User:
    """Somebody of the front desk."""
    return member()


@pytest.fixture
def desk(user: User) -> Client:
    """Their browser, signed in."""
    return client_of(user)
