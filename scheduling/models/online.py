"""What somebody without a link wrote to book a time, and how often one place of the net knocked."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients.models import BirthPrecision, Language
from scheduling.models.appointment import Appointment
from scheduling.models.held import HeldTime
from scheduling.querysets import OnlineRequestQuerySet


class OnlineRequest(PublicModel):
    """Somebody asks for a time without a link. Nobody's record until a mailed code shows that the address is theirs.

    Then it is a visit, of the record that has this name, day of birth and address, or of a new one (`is_known` says
    which); the desk looks at it once (`checked_at`). What was never proven is erased a day later.
    """

    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    held = models.OneToOneField(HeldTime, null=True, blank=True, on_delete=models.SET_NULL, related_name="request")
    given_name = models.CharField(_("name"), max_length=200)
    family_name = models.CharField(_("family name"), max_length=200, blank=True)
    born_on = models.DateField(_("born on"))
    birth_precision = models.CharField(max_length=10, choices=BirthPrecision.choices)
    phone = models.CharField(_("phone"), max_length=20)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    agreed_at = models.DateTimeField(_("agreed that the clinic keeps this"))
    asked_at = models.DateTimeField(_("asked"))
    codes_sent = models.PositiveSmallIntegerField(default=0, help_text=_("the number of the newest code mailed"))
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    proven_at = models.DateTimeField(_("address proven"), null=True, blank=True)
    appointment = models.OneToOneField(Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_known = models.BooleanField(_("has a record since before"), default=False)
    checked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OnlineRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request from the web")
        verbose_name_plural = _("requests from the web")
        ordering = ("asked_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(appointment__isnull=True) | models.Q(proven_at__isnull=False),
                name="online_request_is_booked_only_when_proven",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_at__isnull=True, checked_by__isnull=True)
                | models.Q(checked_at__isnull=False, checked_by__isnull=False, appointment__isnull=False),
                name="online_request_is_checked_by_somebody_once_booked",
            ),
        )
        indexes = (
            models.Index(
                fields=["location", "asked_at"],
                condition=models.Q(appointment__isnull=False, checked_at__isnull=True),
                name="online_request_to_check",
            ),
            models.Index(fields=["asked_at"], condition=models.Q(appointment__isnull=True), name="online_request_open"),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class Knock(models.Model):
    """How often one place of the net asked for one thing in one stretch of minutes. The place is a keyed hash."""

    id = models.BigAutoField(primary_key=True)
    who = models.CharField(max_length=64)
    what = models.SlugField(max_length=20)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("knock")
        verbose_name_plural = _("knocks")
        constraints = (models.UniqueConstraint(fields=["who", "what", "since"], name="knock_is_counted_in_one_row"),)
        indexes = (models.Index(fields=["since"], name="knock_by_age"),)

    def __str__(self) -> str:
        return f"{self.what} {self.count}"
