"""The catalogue loaded, and who changes and confirms it."""

from datetime import datetime

import pytest

from clinic.staff.models import Role, User
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_catalogue


@pytest.fixture(autouse=True)
def _loaded(now: datetime) -> None:
    ready_catalogue(now)


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER, name="Kavita Desai")


@pytest.fixture
def doctor() -> User:
    return a_user(name="Dr Asha Rao")
