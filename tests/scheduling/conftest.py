"""The clinic of most tests of the calendar, the hour they begin, and who is treated in those of follow-ups."""

from typing import Any

import pytest

from clinic.staff.models import Role, User
from tests.patients.making import member
from tests.scheduling.made import NOW, Clinic, clinic
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession


@pytest.fixture
def here() -> Clinic:
    """A clinic of one location, its rooms and its people."""
    return clinic()


@pytest.fixture
def at_ten(time_machine: Any) -> None:
    """Monday 1 March 2027, ten in Ahmedabad: the clock stands still."""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def doctor() -> User:
    """Somebody who treats."""
    return a_user(Role.CLINICIAN)


@pytest.fixture
def desk() -> User:
    """Somebody at the front desk."""
    return a_user(Role.FRONT_DESK)


@pytest.fixture
def manager(here: Clinic) -> User:
    """Who runs the clinic."""
    return member(Role.MANAGER, at=here.location)


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    """Meenal's, signed on Monday 1 March 2027 at ten in Ahmedabad."""
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
