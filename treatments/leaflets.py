"""What patients may read of the treatment: published in versions, the same again changes nothing; read by anybody."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import get_language

from clinic.audit.trail import record
from clinic.locations.models import Location
from clinic.staff.models import User
from treatments.entries import NoSuchValue
from treatments.formulary import CATALOGUE
from treatments.leaflet_facts import facts_at
from treatments.leaflet_text import LeafletUnreadable, check, marks_in
from treatments.models import Leaflet, LeafletReview, Plan, PlanState

SHIPPED: Final = CATALOGUE / "leaflets"
ONE_PUBLISHER: Final = 7_243_003
"""Advisory lock: two publishers at once would both write a version."""
AT_THE_VISIT, AFTERWARDS, EXPECTED = "visit", "after", "expect"
"""Leaflets that letters lead to. A slug stands in addresses: never a clinical word."""
BEGUN: Final = (PlanState.ACTIVE, PlanState.PAUSED, PlanState.COMPLETED)
"""Plans whose condition the patient knows of: a draft may not be agreed yet, a stopped one may have been a mistake."""


class LeafletChanged(Exception):
    """The shipped words of a version differ from those patients read under it: a new version is needed."""

    def __init__(self, leaflet: Leaflet) -> None:
        super().__init__(str(leaflet))
        self.leaflet = leaflet


def publish(*, now: datetime) -> int:
    """Keep what is shipped and was not kept yet; return how many. What was read before stays.

    Raises:
        LeafletUnreadable: a number of its own, or one that the catalogue does not hold.
        LeafletChanged: words were changed under the same version.

    """
    made = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_PUBLISHER])
        kept = {(row.slug, row.version, row.language): row for row in Leaflet.objects.all()}
        for shipped in _shipped():
            before = kept.get((shipped.slug, shipped.version, shipped.language))
            if before is not None and before.words_hash != shipped.words_hash:
                raise LeafletChanged(before)
            if before is None:
                check_numbers(shipped)
                made += 1
                newest = Leaflet.objects.create(
                    slug=shipped.slug, version=shipped.version, language=shipped.language,
                    document=shipped.document, words_hash=shipped.words_hash, loaded_at=now,
                )  # fmt: skip
        if made:
            record(by=None, actor="command", verb="leaflets.published", thing=newest, detail={"new": made})
    return made


def check_numbers(leaflet: Leaflet) -> None:
    """Refuse a leaflet with a number that the catalogue in force does not hold.

    Raises:
        LeafletUnreadable: says which.

    """
    check(leaflet.slug, leaflet.document)
    try:
        facts = facts_at(leaflet.document["numbers"])
    except NoSuchValue as error:
        raise LeafletUnreadable(leaflet.slug, f"the catalogue has nothing at {error}") from error
    for mark in marks_in(leaflet.document):
        fact = facts[mark.key]
        if mark.said and mark.said not in numbers_in(fact.words):
            raise LeafletUnreadable(leaflet.slug, f"{mark.said} does not stand at {mark.key}")
        if not (mark.said or mark.is_note or fact.low):
            raise LeafletUnreadable(leaflet.slug, f"no number at {mark.key}")


def numbers_in(words: str) -> set[str]:
    """Return the numbers that stand in words."""
    plain = "".join(one if one.isdigit() or one == "." else " " for one in words)
    return {number.strip(".") for number in plain.split()}


def leaflets_in(language: str) -> list[Leaflet]:
    """Return the leaflets of today in a language, in their order, each with its review.

    Where the newest version has no such language it is English: an older version would say something else. Before any
    was published they are those shipped.
    """
    wanted = (language, settings.LANGUAGE_CODE)
    held: Iterable[Leaflet] = Leaflet.objects.newest().filter(language__in=wanted).select_related("review")
    by_slug: dict[str, list[Leaflet]] = {}
    for leaflet in list(held) or [one for one in _shipped() if one.language in wanted]:
        by_slug.setdefault(leaflet.slug, []).append(leaflet)
    chosen = [max(some, key=lambda one: (one.version, one.language == language)) for some in by_slug.values()]
    return sorted(chosen, key=lambda one: (one.document["place"], one.slug))


def about_their_conditions(patient_id: int, language: str) -> list[Leaflet]:
    """Return the leaflets about what a patient is treated for, in a language: of plans begun and not given up."""
    plans = Plan.objects.filter(patient_id=patient_id, state__in=BEGUN)
    conditions = set(plans.values_list("condition__key", flat=True))
    return [one for one in leaflets_in(language) if one.document["condition"] in conditions]


def way_to(slug: str, location: Location) -> str:
    """Return the path of a leaflet at a location, in the language spoken now: no word of what for. "" is their list."""
    at = [location.public_id, *filter(None, [slug])]
    path = reverse("leaflets:leaflet" if slug else "leaflets:contents", args=at)
    return f"{path}?{urlencode({'lang': get_language() or settings.LANGUAGE_CODE})}"


def confirm(*, leaflet: Leaflet, by: User, now: datetime) -> LeafletReview:
    """Note that a clinician read a leaflet and stands by its words; pressed twice it is one row."""
    with transaction.atomic():
        review, is_new = LeafletReview.objects.get_or_create(
            leaflet=leaflet, defaults={"confirmed_by": by, "confirmed_at": now}
        )
        if is_new:
            detail = {"slug": leaflet.slug, "version": leaflet.version, "language": leaflet.language}
            record(by=by, verb="leaflet.confirmed", thing=review, detail=detail)
    return review


@cache
def _shipped() -> tuple[Leaflet, ...]:
    """Return every shipped leaflet in each of its languages, as rows that are not kept."""
    return tuple(
        leaflet
        for path in sorted(SHIPPED.glob("*.json"))
        for leaflet in _in_each_language(json.loads(path.read_text(encoding="utf-8")))
    )


def _in_each_language(shipped: Mapping[str, Any]) -> Iterator[Leaflet]:
    same = {key: shipped[key] for key in ("place", "condition", "numbers")}
    for language, words in shipped["words"].items():
        document = {**same, **words}
        said = json.dumps(document, ensure_ascii=False, sort_keys=True)
        yield Leaflet(
            slug=shipped["slug"], version=shipped["version"], language=language,
            document=document, words_hash=hashlib.sha256(said.encode()).hexdigest(),
        )  # fmt: skip
