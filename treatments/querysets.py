"""Questions to the record, in the clinic's words."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Count, F, Min, Q, Sum

from patients.querysets import open_to

if TYPE_CHECKING:
    from clinic.staff.models import User


class CatalogueQuerySet(models.QuerySet[Any]):
    """Versions of catalogue entries."""

    def current(self) -> "CatalogueQuerySet":
        """Return the version in force of each entry."""
        return self.filter(superseded_at__isnull=True)


class LeafletQuerySet(models.QuerySet[Any]):
    """Leaflets in all their versions."""

    def newest(self) -> "LeafletQuerySet":
        """Return the newest version of each leaflet in each language."""
        ids = self.order_by("slug", "language", "-version").distinct("slug", "language").values("pk")
        return self.filter(pk__in=ids)


class RecordQuerySet(models.QuerySet[Any]):
    """Consultations, plans and sessions: clinical, so for clinicians (and, to read, managers) of the location."""

    def visible_to(self, user: "User") -> "RecordQuerySet":
        """Return what this person may open: for the front desk nothing, for others their locations."""
        if not (user.is_clinician or user.is_manager):
            return self.none()
        return self.filter(open_to(user, patient="patient__") | self._own(user), patient__location__in=user.works_at)

    def _own(self, user: "User") -> models.Q:
        """What a clinician began stays open to them: it waits to be signed, whatever was closed since.

        Of a record that is restricted they write only what waits so.
        """
        names = {field.name for field in self.model._meta.get_fields()}  # noqa: SLF001 - Django's documented meta API
        if "clinician" not in names:
            return models.Q(pk__in=())
        own = models.Q(clinician=user)
        if not user.is_writing:
            return own
        waits = models.Q(signed_at__isnull=True) if "signed_at" in names else models.Q(pk__in=())
        return own & (waits | models.Q(patient__restricted_at__isnull=True))


class EventQuerySet(RecordQuerySet):
    """Adverse events: safety goes before a closed record, so whoever treats here sees them."""

    def visible_to(self, user: "User") -> "EventQuerySet":
        """Return what this person may open: for the front desk nothing, for others their locations."""
        if not (user.is_clinician or user.is_manager):
            return self.none()
        return self.filter(patient__location__in=user.works_at)


class ScoreQuerySet(models.QuerySet[Any]):
    """Scores as they were given, corrected and taken back."""

    def visible_to(self, user: "User") -> "ScoreQuerySet":
        """Scores of patients at the locations where this clinician or manager works."""
        if not (user.is_clinician or user.is_manager):
            return self.none()
        return self.filter(open_to(user, patient="patient__"), patient__location__in=user.works_at)

    def standing(self) -> "models.QuerySet[Any]":
        """What counts: not corrected by a later row, not withdrawn. With `is_confounded`, as in `told`."""
        counted: models.QuerySet[Any] = self.told().filter(is_corrected=False, withdrawal__isnull=True)
        return counted

    def told(self) -> "models.QuerySet[Any]":
        """Every row, with `is_corrected` by a later one, and `is_confounded` where a mark on it stands."""
        rows = self.model._default_manager  # noqa: SLF001 - Django's documented name
        marked = rows.filter(pk=models.OuterRef("pk"), marks__isnull=False, marks__withdrawal__isnull=True)
        corrected = rows.filter(corrects=models.OuterRef("pk"))
        told: models.QuerySet[Any] = self.annotate(
            is_corrected=models.Exists(corrected), is_confounded=models.Exists(marked)
        )
        return told


class EstimateQuerySet(models.QuerySet[Any]):
    """Estimates as they were kept."""

    def newest(self) -> "EstimateQuerySet":
        """Return the newest of each plan in use."""
        newest = self.model._default_manager.order_by("plan_id", "-id").distinct("plan_id")  # noqa: SLF001 - as above
        return self.filter(pk__in=newest.values("pk"), plan__state="active")

    def flagged(self) -> "EstimateQuerySet":
        """Those with something a clinician should look at, and nobody has yet."""
        seen = apps.get_model("treatments", "FlagSeen")._default_manager  # noqa: SLF001 - Django's documented name

        def unseen(flag: str) -> models.Q:
            return models.Q(~models.Exists(seen.filter(session=models.OuterRef("session"), flag=flag)))

        no_effect = models.Q(end_day__isnull=True, by_hand__isnull=True, is_non_responder=False)
        return self.filter(
            (no_effect & unseen("no_effect"))
            | (models.Q(is_non_responder=True) & unseen("non_response"))
            | (models.Q(is_shortening=True) & unseen("shortening"))
        )


class ElsewhereQuerySet(RecordQuerySet):
    """Toxin given outside this clinic."""

    def standing(self) -> "ElsewhereQuerySet":
        """Return what holds: neither corrected by a later row nor withdrawn."""
        return self.filter(replaced_by__isnull=True, is_withdrawn=False)


class ReportQuerySet(models.QuerySet[Any]):
    """What patients told of symptoms."""

    def visible_to(self, user: "User") -> "ReportQuerySet":
        """Return what this person may open: for the front desk nothing, for others their locations.

        Safety goes before a closed record: what hurries, and what waits for an answer, is open to whoever treats here.
        """
        if not (user.is_clinician or user.is_manager):
            return self.none()
        hurries = ~Q(level="")
        waits = Q(answer__isnull=True) & ~Q(words="")
        return self.filter(open_to(user, patient="patient__") | hurries | waits, patient__location__in=user.works_at)

    def waiting_near(self, user: "User") -> "ReportQuerySet":
        """Return the reports of the locations where this person works that nobody has answered."""
        found = self.filter(patient__location__in=user.works_at, answer__isnull=True)
        return found.exclude(level="", words="")


class OfSessionQuerySet(models.QuerySet[Any]):
    """What hangs on sessions: read by whom the session is."""

    def visible_to(self, user: "User") -> "OfSessionQuerySet":
        """Return what this person may open: for the front desk nothing, for others their locations."""
        if not (user.is_clinician or user.is_manager):
            return self.none()
        own = models.Q(session__clinician=user)
        if user.is_writing:
            own &= models.Q(session__patient__restricted_at__isnull=True)
        return self.filter(
            open_to(user, patient="session__patient__") | own,
            session__patient__location__in=user.works_at,
        )


class LotQuerySet(models.QuerySet[Any]):
    """Lots of the fridge."""

    def visible_to(self, user: "User") -> "LotQuerySet":
        """Lots at the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def numbered(self, typed: str) -> "LotQuerySet":
        """Lots whose printed number holds this, in capitals or not; the number is text, so 0012 is not 12."""
        return self.filter(number__icontains=typed.strip())

    def with_counts(self) -> "LotQuerySet":
        """Each with how many of its vials are sealed, open and closed, the units left in open ones, a vial's size."""
        is_open = Q(vials__opened_at__isnull=False, vials__closed_at__isnull=True)
        counted: LotQuerySet = self.annotate(
            sealed=Count("vials", filter=Q(vials__opened_at__isnull=True, vials__closed_at__isnull=True)),
            opened=Count("vials", filter=is_open),
            closed=Count("vials", filter=Q(vials__closed_at__isnull=False)),
            left=Sum(F("vials__units") - F("vials__drawn_units"), filter=is_open),
            vial_units=Min("vials__units"),
        )
        return counted.order_by("product_key", "expires_on", "number")

    def kept(self) -> "LotQuerySet":
        """Lots with a vial that is not closed yet: what is in the fridge."""
        held = self.model.objects.filter(vials__isnull=False, vials__closed_at__isnull=True)
        return self.filter(pk__in=held.values("pk"))


class VialQuerySet(models.QuerySet[Any]):
    """Bottles."""

    def visible_to(self, user: "User") -> "VialQuerySet":
        """Bottles at the locations where this person works."""
        return self.filter(lot__location__in=user.works_at)

    def not_closed(self) -> "VialQuerySet":
        """Bottles with something to account for: sealed ones and open ones."""
        return self.filter(closed_at__isnull=True)

    def sealed(self) -> "VialQuerySet":
        """Bottles nobody opened."""
        return self.filter(opened_at__isnull=True, closed_at__isnull=True)

    def usable_on(self, day: date) -> "VialQuerySet":
        """Return bottles whose lot may be used on a day, the first to expire first."""
        return self.filter(lot__state="in_use", lot__expires_on__gte=day, closed_at__isnull=True).order_by(
            "lot__expires_on", "id"
        )
