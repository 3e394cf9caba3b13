"""Who works in the tests of people's pages; a file that needs somebody else says so itself."""

import pytest
from django.test import Client

from clinic.staff.models import User
from tests.patients.making import client_of, member


@pytest.fixture
def user() -> User:
    """Somebody of the front desk."""
    return member()


@pytest.fixture
def desk(user: User) -> Client:
    """Their browser, signed in."""
    return client_of(user)
