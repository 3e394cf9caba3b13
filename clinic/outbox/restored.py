"""Was the database put back to an earlier moment? Then it does not know what was sent since, and nothing may go.

Two witnesses. What Postgres says of itself changes with a dump read into another cluster or database, with a base
backup recovered to a point, and with a promoted standby, and needs no other right than to ask. A folder put back from a
snapshot looks the same from inside: there a count that each sweep makes, and that Redis remembers too, is behind what
Redis remembers. Redis lost or emptied proves nothing and stops nothing.
"""

import threading
from datetime import datetime
from typing import Final

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from clinic.outbox import deeds
from clinic.outbox.models import Whereabouts

REASON: Final = gettext_noop("The database was put back from a copy. What was sent since that copy is not known here.")

#: Which cluster, which line of its history, which database in it, which table in that. A table read back by pg_restore
#: is another one. The timeline is the one written to now: the last checkpoint's may still be the old one.
_WHO = """
    SELECT concat_ws(':',
        (SELECT system_identifier FROM pg_control_system()),
        substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'outbox_letter'::regclass::oid)
"""
#: For a Postgres whose administrator keeps the control functions to himself.
_WHO_AT_LEAST = """
    SELECT concat_ws(':',
        (SELECT oid FROM pg_database WHERE datname = current_database()), 'outbox_letter'::regclass::oid)
"""

_here = threading.local()


def hold_if_elsewhere(*, now: datetime) -> bool:
    """Hold all letters if this is not the database they were last worked in; return whether that was so. Once a change.

    The first time there is nothing to compare with.
    """
    seen = identity()
    with transaction.atomic():
        if Whereabouts.objects.filter(identity=seen).exists():
            return False
        moved = bool(Whereabouts.objects.exclude(identity=seen).update(identity=seen, sweeps=0))
        if moved:
            deeds.hold_all(by=None, now=now, reason=REASON)
        else:
            Whereabouts.objects.bulk_create([Whereabouts(identity=seen)], ignore_conflicts=True)
        return moved


def hold_if_new_connection(*, now: datetime) -> None:
    """Ask so on each new connection: no database is exchanged under one that stands."""
    connection.ensure_connection()
    if getattr(_here, "connection", None) is not connection.connection:
        hold_if_elsewhere(now=now)
        _here.connection = connection.connection


def hold_if_behind(remembered: int | None, *, now: datetime) -> int:
    """Count a sweep, and hold all letters if somebody remembers more of them; return the count to remember."""
    with transaction.atomic():
        Whereabouts.objects.update(sweeps=F("sweeps") + 1)
        counted: int = Whereabouts.objects.values_list("sweeps", flat=True).get()
        if remembered is not None and remembered >= counted:
            deeds.hold_all(by=None, now=now, reason=REASON)
            Whereabouts.objects.update(sweeps=remembered + 1)
            return remembered + 1
        return counted


def identity() -> str:
    """Return which database this is, in Postgres's own numbers."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(_WHO)
                row = cursor.fetchone()
        except DatabaseError:
            cursor.execute(_WHO_AT_LEAST)
            row = cursor.fetchone()
    return str(row[0]) if row else ""
