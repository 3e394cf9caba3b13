"""Questions to the letters."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from clinic.outbox.refs import Person, Ref, Thing
from clinic.outbox.states import FAILED, HELD, LAPSED, LIVE, QUEUED, SENDING, SENT, UNCERTAIN

if TYPE_CHECKING:
    from clinic.outbox.registry import Promise


class LetterQuerySet(models.QuerySet[Any]):
    """Letters owed, on their way, and ended."""

    def due(self, now: datetime) -> "LetterQuerySet":
        """Those a worker may claim at this moment, the urgent and the oldest first."""
        return self.filter(state=QUEUED, due_at__lte=now).order_by("priority", "due_at", "pk")

    def claimed(self, claim: str, attempt: int) -> "LetterQuerySet":
        """The letter that this claim still holds: nobody has taken it over, withdrawn it or ended it."""
        return self.filter(state=SENDING, claimed_by=claim, attempt=attempt)

    def lease_over(self) -> "LetterQuerySet":
        """Those whose worker has not come back in time, by the database's clock."""
        return self.filter(state=SENDING, lease_until__lt=Now())

    def not_handed_over(self) -> "LetterQuerySet":
        """Those that can still be stopped: queued, held, or claimed with nothing given to a mail server."""
        return self.filter(Q(state__in=[QUEUED, HELD]) | Q(state=SENDING, handing_over_at__isnull=True))

    def live(self) -> "LetterQuerySet":
        """Promised and not yet kept."""
        return self.filter(state__in=LIVE)

    def about(self, thing: Thing) -> "LetterQuerySet":
        """Those about one thing."""
        ref = Ref.to(thing)
        return self.filter(about_type=ref.type, about_public_id=ref.public_id)

    def for_person(self, person: Person) -> "LetterQuerySet":
        """Those for one person."""
        return self.filter(person_public_id=Ref.to(person).public_id)

    def of_kind(self, *slugs: str) -> "LetterQuerySet":
        """Those of these kinds."""
        return self.filter(letter__in=slugs)

    def needs_a_person(self, now: datetime) -> "LetterQuerySet":
        """Those that failed or may not have arrived, and that nobody has sent again.

        So too what could not go any more before its time: until then somebody may still ring.
        """
        again = self.model._default_manager.filter(resend_of=OuterRef("pk"))  # noqa: SLF001 - Django's documented accessor
        too_late_by_mail = Q(state=LAPSED, not_after__gt=now)
        return self.filter(Q(state__in=[FAILED, UNCERTAIN]) | too_late_by_mail).exclude(Exists(again))

    def said_first(
        self, promise: "Promise", *, among: "models.QuerySet[Any, UUID]", since: datetime
    ) -> "LetterQuerySet":
        """Those about another of these things of a person, gone or to go, due since then and before this one.

        Asked by the things, which move where two records are made one: what went to the other record stays there.
        Of two due at one moment the lesser id goes first.
        """
        others = self.filter(about_public_id__in=among).exclude(about_public_id=promise.about)
        return others.filter(state__in=[QUEUED, SENDING, SENT], due_at__gt=since).filter(
            Q(due_at__lt=promise.due_at) | Q(due_at=promise.due_at, about_public_id__lt=promise.about)
        )

    def newest_first(self) -> "LetterQuerySet":
        """In the order a log is read: what ended or falls due last comes first."""
        return self.order_by(F("due_at").desc(), "-pk")


class BounceQuerySet(models.QuerySet[Any]):
    """Letters that came back."""

    def proven(self) -> "BounceQuerySet":
        """Those that name the address the letter went to: no stranger's invention."""
        return self.filter(is_proven=True)

    def letters_lost(self, mark: str, *, since: datetime) -> int:
        """Return how many letters to an address did not get through, or late, since then."""
        return int(self.proven().filter(sent_to=mark, read_at__gt=since).values("letter").distinct().count())


class HoldQuerySet(models.QuerySet[Any]):
    """When nothing was to go out."""

    def on(self) -> "HoldQuerySet":
        """The hold that is on now, if any."""
        return self.filter(ended_at__isnull=True)


class HeartbeatQuerySet(models.QuerySet[Any]):
    """Who was seen when."""

    def seen(self, name: str) -> None:
        """Note that a part was seen now, by the database's clock."""
        self.bulk_create(
            [self.model(name=name, seen_at=Now())],
            update_conflicts=True,
            update_fields=["seen_at"],
            unique_fields=["name"],
        )
