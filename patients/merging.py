"""Making two records of one person one, and two again: the deeds. Which rows move is the database's own function."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib.db import gave_up_waiting, violated
from clinic.lib.models import PublicModel
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients import hooks
from patients.changes_kept import both_ways, changed, still_so
from patients.links import revoke_links_of
from patients.merge_choices import facts_taken
from patients.merge_refusals import (
    AlreadyMerged,
    BeingWritten,
    BothHave,
    ChangedMeanwhile,
    Entangled,
    InTheWay,
    NotStanding,
    SameRecord,
)
from patients.models import Intake, Merge, MovedRow, Patient
from patients.models.intake import IntakeState
from patients.registration import PersonFacts

UNDO_TIME = timedelta(seconds=10)
STAYS = frozenset({"patients_patient", "patients_accesslink", "patients_merge"})
"""Tables whose rows stay with the record they name, as the database's function has them: a link is for whoever it was
mailed to and dies with the record; which record leads where, and which merge joined which two, is about the records."""
REASON = "merged_away"
SUSPENSION = ("email_suspended_at", "email_suspended_because")


def merge(
    *,
    merged: Patient,
    survivor: Patient,
    taken: Collection[str],
    seen: tuple[int, int],
    press: UUID,
    by: User,
    now: datetime,
) -> Merge:
    """Make `merged` a part of `survivor`: its rows move there, signed ones too, and it leads there from then on.

    `taken` names what the survivor takes over (`patients.merge_choices`); `seen` are the versions of both that were
    shown. Letters not yet sent are withdrawn, and promised to the survivor where they are about what moved. The same
    press again returns what it did.

    Raises:
        SameRecord, AlreadyMerged, ChangedMeanwhile, InTheWay, BothHave, BeingWritten: nothing was written.

    """
    if merged.pk == survivor.pk:
        raise SameRecord
    with _kindly(), transaction.atomic():
        goes, stays = _locked(merged, survivor)
        done = Merge.objects.filter(press=press).first()
        if done is not None:
            return done
        for one in (goes, stays):
            if one.merged_into_id is not None:
                raise AlreadyMerged(one)
        if (goes.version, stays.version) != seen:
            raise ChangedMeanwhile
        _refuse_what_is_in_the_way(goes, stays)
        before = PersonFacts.of(stays)
        columns = _taken_over(goes, stays, taken)
        joined = Merge.objects.create(
            merged=goes, survivor=stays, taken=both_ways(stays, columns), press=press, by=by, at=now
        )
        _move(joined, is_back=False)
        goes.refresh_from_db()
        if columns:
            Patient.objects.filter(pk=stays.pk).update(**columns, version=F("version") + 1)
            stays.refresh_from_db()
        moved = _moved(joined, to=stays)
        _hand_letters_over(joined, giver=goes, taker=stays, now=now)
        record(
            by=by,
            verb="patient.merged",
            thing=goes,
            patient=stays,
            detail={
                "merged": str(goes.public_id),
                "survivor": str(stays.public_id),
                "moved": dict(Counter(row.table_name for row in moved)),
                "taken": sorted(columns),
            },
        )
        came_alive = before if goes.deceased_on else replace(before, deceased_on=None)
        _tell_of_changes(stays, came_alive, by=by, now=now)
        for hook in hooks.on_merged:
            hook(merged=goes, survivor=stays, by=by, now=now)
    return joined


def unmerge(*, joined: Merge, by: User, now: datetime) -> None:
    """Take a merge back: what it moved stands with its own record again, and with it what was written on it since.

    What the survivor took over is given back, unless it was changed since. What is new and hangs from nothing that
    moved stays with the survivor.

    Raises:
        NotStanding, InTheWay, Entangled, BothHave, BeingWritten: nothing was written.

    """
    with _kindly(), transaction.atomic():
        goes, stays = _locked(joined.merged, joined.survivor)
        held = Merge.objects.select_for_update(of=("self",)).get(pk=joined.pk)
        if held.undone_at is not None or stays.merged_into_id is not None or goes.merged_into_id != stays.pk:
            raise NotStanding
        if found := parting_obstacles(merged=goes, survivor=stays):
            raise InTheWay(tuple(found))
        before = PersonFacts.of(stays)
        _move(held, is_back=True)
        Merge.objects.filter(pk=held.pk).update(undone_at=now, undone_by=by)
        goes.refresh_from_db()
        columns = still_so(stays, held.taken)
        if columns:
            Patient.objects.filter(pk=stays.pk).update(**columns, version=F("version") + 1)
            stays.refresh_from_db()
        _hand_letters_over(held, giver=stays, taker=goes, now=now)
        record(
            by=by,
            verb="patient.unmerged",
            thing=goes,
            patient=stays,
            detail={
                "merged": str(goes.public_id),
                "survivor": str(stays.public_id),
                "moved": dict(Counter(row.table_name for row in _moved(held, to=goes))),
            },
        )
        _tell_of_changes(stays, before, by=by, now=now)
        _tell_of_changes(goes, replace(PersonFacts.of(goes), deceased_on=before.deceased_on), by=by, now=now)
        for hook in hooks.on_unmerged:
            hook(merged=goes, survivor=stays, by=by, now=now)
    joined.refresh_from_db()


def obstacles(*, merged: Patient, survivor: Patient) -> list[str]:
    """Return what must be settled by a person before two records can become one, in sentences."""
    found = [sentence for ask in hooks.merge_obstacles for sentence in ask(merged=merged, survivor=survivor)]
    open_forms = Intake.objects.filter(state__in=(IntakeState.INVITED, IntakeState.STARTED))
    if (
        open_forms.filter(patient=survivor).exists()
        and open_forms.filter(patient=merged, state=IntakeState.STARTED).exists()
    ):
        found.append(_("Both have a form that is not sent yet, and the one of the record that goes is begun."))
    return found


def parting_obstacles(*, merged: Patient, survivor: Patient) -> list[str]:
    """Return what must be settled by a person before a merge is taken back, in sentences."""
    return [sentence for ask in hooks.parting_obstacles for sentence in ask(merged=merged, survivor=survivor)]


def _refuse_what_is_in_the_way(goes: Patient, stays: Patient) -> None:
    found = obstacles(merged=goes, survivor=stays)
    if found:
        raise InTheWay(tuple(found))


def _locked(merged: Patient, survivor: Patient) -> tuple[Patient, Patient]:
    both = Patient.objects.select_for_update().order_by("pk").in_bulk([merged.pk, survivor.pk])
    return both[merged.pk], both[survivor.pk]


@contextmanager
def _kindly() -> Iterator[None]:
    """Name what the database refuses."""
    try:
        yield
    except IntegrityError as error:
        constraint = violated(error) or ""
        if constraint.endswith("_is_of_the_same_patient"):
            raise Entangled from error
        if constraint == "merge_stands_once_a_record":
            raise NotStanding from error
        if constraint:
            raise BothHave(constraint) from error
        raise
    except DatabaseError as error:
        if gave_up_waiting(error):
            raise BeingWritten from error
        raise


def _move(joined: Merge, *, is_back: bool) -> None:
    """Let the database move the rows. `WITH`: of a statement that begins with SELECT, history does not note who."""
    with connection.cursor() as cursor:
        cursor.execute("WITH moved AS (SELECT patients_move_record(%s, %s)) SELECT FROM moved", (joined.pk, is_back))


def _moved(joined: Merge, *, to: Patient) -> list[MovedRow]:
    return list(MovedRow.objects.filter(merge=joined, moved_to=to.pk))


def _hand_letters_over(joined: Merge, *, giver: Patient, taker: Patient, now: datetime) -> None:
    """Promise to the taker what is owed about the rows that moved; what else a merged record is owed is withdrawn.

    A link that was mailed to a survivor, about what goes back, opens nothing any more.
    """
    rows: dict[str, list[int]] = {}
    for moved in _moved(joined, to=taker):
        rows.setdefault(moved.table_name, []).append(moved.row_id)
    abouts: list[UUID] = []
    for model in apps.get_models():
        if model._meta.db_table in rows and issubclass(model, PublicModel):  # noqa: SLF001 - Django's documented meta API
            abouts += model._default_manager.filter(pk__in=rows[model._meta.db_table]).values_list(  # noqa: SLF001
                "public_id", flat=True
            )
    owed = Letter.objects.for_person(giver)
    outbox.hand_over(
        to=taker, letters=owed.filter(about_public_id__in=abouts), reason=REASON, text="", now=now, due=now + UNDO_TIME
    )
    if giver.merged_into_id is None:
        revoke_links_of(patient=giver, about=abouts, because="went_back", now=now)
    else:
        outbox.withdraw_person(person=giver, reason=REASON, now=now, where="closed")


def _taken_over(goes: Patient, stays: Patient, taken: Collection[str]) -> dict[str, Any]:
    """Return the columns that the survivor gets, those only that change."""
    theirs, mine = PersonFacts.of(goes), PersonFacts.of(stays)
    known = {one.name for one in fields(PersonFacts)}
    wanted = facts_taken(taken) & known
    columns = replace(mine, **{name: getattr(theirs, name) for name in wanted}).columns()
    if "email" in wanted:
        columns |= {name: getattr(goes, name) for name in SUSPENSION}
    return changed(stays, columns)


def _tell_of_changes(patient: Patient, before: PersonFacts, *, by: User, now: datetime) -> None:
    """Run what hangs on a person's facts, as an amended record does."""
    facts = PersonFacts.of(patient)
    outbox.ask_again(person=patient)
    if (facts.email, facts.has_no_email) != (before.email, before.has_no_email):
        _run(hooks.on_address_changed, patient, by, now)
    if facts.deceased_on and not before.deceased_on:
        _run(hooks.on_deceased, patient, by, now)
    if before.deceased_on and not facts.deceased_on:
        _run(hooks.on_death_undone, patient, by, now)


def _run(hooked: list[hooks.PatientHook], patient: Patient, by: User, now: datetime) -> None:
    for hook in hooked:
        hook(patient=patient, by=by, now=now)
