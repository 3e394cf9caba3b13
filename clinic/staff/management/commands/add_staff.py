"""`manage.py add_staff`: an account, above all the first one of a new installation."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from clinic.audit.trail import record
from clinic.locations.models import Location
from clinic.staff.models import Role, User


class Command(BaseCommand):
    """Make an account with a role at a location; the location is made where it is the first."""

    help = (
        "Make an account: add_staff EMAIL NAME ROLE LOCATION. The password is asked for, or read from standard input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, as what, where."""
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("location", help="made, with its name in letters the same, if no location is here yet")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make it, or say in one line why not."""
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} is no e-mail address.") from error
        if User.objects.filter(email__iexact=email).exists():
            raise CommandError(f"{email} has an account already.")
        unsaved = User(email=email, full_name=options["name"].strip(), role=options["role"])
        password = self._password(unsaved)
        with transaction.atomic():
            location = self._location(options["location"].strip())
            user = User.objects.create_user(
                email=email, full_name=unsaved.full_name, role=unsaved.role, password=password
            )
            user.locations.add(location)
            record(by=None, actor="command", verb="staff.added", thing=user, detail={"role": user.role})
        self.stdout.write(f"{email} may sign in as {user.get_role_display()} at {location.name}.")

    def _location(self, name: str) -> Location:
        found = Location.objects.filter(name__iexact=name).first()
        if found is not None:
            return found
        if Location.objects.exists():
            names = ", ".join(Location.objects.values_list("name", flat=True))
            raise CommandError(f"No location is called {name!r}. There are: {names}.")
        return Location.objects.create(name=name, sender_name=name)

    def _password(self, user: User) -> str:
        if sys.stdin.isatty():
            password = getpass.getpass("Password: ")
            if password != getpass.getpass("Once more: "):
                raise CommandError("The two passwords differ.")
        else:
            password = sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
