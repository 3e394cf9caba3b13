"""Who looks at the record in most of its tests."""

import pytest
from django.test import Client

from clinic.staff.models import User
from tests.treatments.people import a_user


@pytest.fixture
def clinician() -> User:
    """Somebody who may read and write the record here."""
    return a_user()


@pytest.fixture
def client(clinician: User) -> Client:
    """A browser in which that clinician is signed in."""
    client = Client()
    client.force_login(clinician)
    return client
