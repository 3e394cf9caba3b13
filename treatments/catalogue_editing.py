"""Deeds on the catalogue: an edit makes a version, a confirmation says that a value is right; rows are only added."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from treatments.catalogue_loading import KINDS
from treatments.entries import NoSuchValue, has_source, value_at
from treatments.errors import EditedMeanwhile, ReasonMissing
from treatments.findings import UNVERIFIED
from treatments.gates import MIN_REASON
from treatments.models.catalogue import CatalogueVersion, Confirmation

MODELS: Mapping[str, type[CatalogueVersion]] = dict(KINDS)


class NothingChanged(Exception):
    """The entry says already what was sent."""


class NothingToConfirm(Exception):
    """There is no open value at this path of the version in force, or it was confirmed already."""


def edit_entry(
    *,
    kind: str,
    seen: CatalogueVersion,
    facts: Mapping[str, Any],
    reason: str,
    by: User,
    now: datetime,
) -> CatalogueVersion:
    """Make the next version of an entry and put it in force; the one before stays as it was.

    `seen` is the version the editor had open. `facts` is the whole entry as it is to stand.

    Raises:
        ReasonMissing: without a reason in words.
        NothingChanged: where nothing differs.
        EditedMeanwhile: another version is in force by now; carries it. Nothing was written.

    """
    if len(reason.strip()) < MIN_REASON:
        raise ReasonMissing
    if dict(facts) == seen.facts:
        raise NothingChanged
    model = MODELS[kind]
    with transaction.atomic():
        if not model.objects.filter(pk=seen.pk, superseded_at__isnull=True).update(superseded_at=now):
            raise EditedMeanwhile(model.objects.current().filter(key=seen.key).first())
        version = model.objects.create(
            key=seen.key, number=seen.number + 1, facts=dict(facts), loaded_at=now, edited_by=by, reason=reason.strip()
        )
        record(by=by, verb="catalogue.edited", thing=version, detail={"entry": seen.key, "number": version.number})
    return version


def confirm_value(
    *, kind: str, version: CatalogueVersion, path: str, note: str, by: User, now: datetime
) -> Confirmation:
    """Keep a clinician's word that one open value of the version in force is right.

    Raises:
        EditedMeanwhile: the version seen is not in force any more; carries the one that is.
        NothingToConfirm: no such value, none that is open, or its word was given already.

    """
    model = MODELS[kind]
    try:
        value = value_at(version.facts, path)
    except NoSuchValue as error:
        raise NothingToConfirm from error
    if not has_source(value) or UNVERIFIED not in (value.get("confidence"), value.get("checked")):
        raise NothingToConfirm
    try:
        with transaction.atomic():
            current = model.objects.current().select_for_update().filter(key=version.key).first()
            if current is None or current.pk != version.pk:
                raise EditedMeanwhile(current)
            given = Confirmation.objects.create(
                kind=kind,
                key=version.key,
                number=version.number,
                path=path,
                value=value,
                note=note.strip(),
                confirmed_by=by,
                confirmed_at=now,
            )
            record(by=by, verb="catalogue.confirmed", thing=given, detail={"entry": version.key, "path": path})
    except IntegrityError as error:
        if violated(error) == "confirmation_of_a_value_once":
            raise NothingToConfirm from error
        raise
    return given
