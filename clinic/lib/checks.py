"""Mistakes that only the database can show, numbered, with hints: `manage.py check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OWNED = """
    SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname = 'public' AND pg_has_role(relowner, 'MEMBER')
"""


@register(Tags.database)
def app_role_owns_nothing(databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """The app's role must not own a table, nor be a member of who does: an owner can switch every trigger off."""
    from django.conf import settings  # a migration runs as the owner, rightly

    found: list[CheckMessage] = []
    for alias in () if settings.ENVIRONMENT.as_owner else databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(OWNED)
            (owned,) = cursor.fetchone()
        if owned:
            hint = "Let DATABASE_URL name a role of its own; see docs/deploy.md."
            found.append(Error(f"The app's role owns {owned} tables.", hint=hint, id="interval.E001"))
    return found
