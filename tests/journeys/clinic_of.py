"""The people and the place of the stories: one clinic with hours, rooms and kinds of visit, and who signs in."""

from dataclasses import dataclass

from clinic.staff.models import Role, User
from tests.browsing import PASSWORD
from tests.patients.making import member
from tests.scheduling.made import Clinic, clinic
from treatments.models import ProductVersion


@dataclass
class Team:
    """Who works here."""

    clinic: Clinic
    desk: User
    doctor: User
    manager: User


def a_team() -> Team:
    """A clinic whose desk, clinician and manager can sign in."""
    assert ProductVersion.objects.exists(), "the template brings the catalogue"
    here = clinic()
    manager = member(Role.MANAGER, name="Bhavin Desai")
    for user in (here.desk, here.doctor, manager):
        user.set_password(PASSWORD)
        user.save()
    return Team(here, here.desk, here.doctor, manager)
