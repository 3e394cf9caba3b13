"""What patients may read of the treatment, in versions, and which words the clinic stands by."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Language
from treatments.querysets import LeafletQuerySet


class Leaflet(PublicModel):
    """One page of information for patients, in one version and one language. Rows are only added.

    `document` is as in treatments/catalogue/leaflets/*.json: place in the list, condition, title, lede, blocks, and
    where in the catalogue each number stands. `words_hash` is of all of it.
    """

    slug = models.SlugField(_("address"), max_length=40)
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    document = models.JSONField(_("words"))
    words_hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("since"))

    objects = LeafletQuerySet.as_manager()

    class Meta:
        verbose_name = _("leaflet")
        verbose_name_plural = _("leaflets")
        ordering = ("slug", "-version", "language")
        constraints = (
            models.UniqueConstraint(fields=["slug", "version", "language"], name="leaflet_once_a_version"),
            models.CheckConstraint(
                condition=models.Q(words_hash__regex=r"^[0-9a-f]{64}$"), name="leaflet_names_its_words"
            ),
        )

    def __str__(self) -> str:
        return f"{self.slug} v{self.version} {self.language}"

    @property
    def is_published(self) -> bool:
        """Whether the row is kept; the shipped ones are shown without, where none were ever loaded."""
        return not self._state.adding


class LeafletReview(PublicModel):
    """A clinician read these words in this language and stands by them. Rows are only added."""

    leaflet = models.OneToOneField(Leaflet, on_delete=models.PROTECT, related_name="review")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("confirmed leaflet")
        verbose_name_plural = _("confirmed leaflets")

    def __str__(self) -> str:
        return str(self.leaflet)
