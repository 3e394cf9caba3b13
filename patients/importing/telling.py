"""Rows that are told with the person whom they turned out to be: who was here already, and who was decided on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from clinic.staff.models import User
from patients.importing.staging import TWICE
from patients.models import DECIDED, Import, ImportRow, Patient, RowOutcome

SHOWN: Final = 50


@dataclass(frozen=True)
class Told:
    """One row, and the record that stands for whom it names, where that is open to the reader."""

    row: ImportRow
    patient: Patient | None = None

    @property
    def is_twice(self) -> bool:
        """Whether it only repeats an earlier row of its file."""
        return self.row.reason.startswith(TWICE)


def known(imported: Import, user: User) -> list[Told]:
    """Return the first rows that bring nobody and nothing new, each with the person who has its number."""
    return _told(imported.rows.filter(outcome=RowOutcome.KNOWN).order_by("number")[:SHOWN], user)


def decided(imported: Import, user: User) -> list[Told]:
    """Return the rows that somebody decided on last, each with the person it was found to be."""
    rows = imported.rows.filter(outcome__in=DECIDED).select_related("decided_by")
    return _told(rows.order_by("-decided_at", "-number")[:SHOWN], user)


def _told(asked: Iterable[ImportRow], user: User) -> list[Told]:
    rows = list(asked)
    # who was taken for the same may have another number already: the row says which record that is
    same = [row for row in rows if row.outcome == RowOutcome.SAME and len(row.alike or ()) == 1]
    chosen = {row.pk: UUID(row.alike[0][0]) for row in same}
    numbers = [row.source_key for row in rows if row.source_key]
    here = list(Patient.objects.filter(Q(public_id__in=chosen.values()) | Q(source_key__in=numbers)))
    by_id, by_number = {one.public_id: one for one in here}, {one.source_key: one for one in here}
    stands = Patient.objects.standing_for(here)
    open_ones = Patient.objects.visible_to(user).in_bulk({stands.get(one.pk, one.pk) for one in here})
    told = []
    for row in rows:
        named = by_id.get(chosen[row.pk]) if row.pk in chosen else by_number.get(row.source_key)
        told.append(Told(row, open_ones.get(stands.get(named.pk, named.pk)) if named else None))
    return told
