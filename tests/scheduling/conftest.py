"""Who is treated in most tests of follow-ups, and by whom."""

import pytest

from clinic.staff.models import Role, User
from tests.scheduling.made import NOW
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession


@pytest.fixture
def doctor() -> User:
    """Somebody who treats."""
    return a_user(Role.CLINICIAN)


@pytest.fixture
def desk() -> User:
    """Somebody at the front desk."""
    return a_user(Role.FRONT_DESK)


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    """Meenal's, signed on Monday 1 March 2027 at ten in Ahmedabad."""
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
