"""Who brings files, and their browser."""

import pytest
from django.test import Client

from clinic.staff.models import Role, User
from tests.patients.making import client_of, member


@pytest.fixture
def manager() -> User:
    return member(Role.MANAGER)


@pytest.fixture
def browser(manager: User) -> Client:
    return client_of(manager)
