"""People who work here: one account each, one role, the locations they work at."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from clinic.staff.querysets import StaffLinkQuerySet, UserQuerySet


class Role(models.TextChoices):
    """What a person may do."""

    FRONT_DESK = "front_desk", _("Front desk")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Clinic manager")


class AccountState(models.TextChoices):
    """Where an account stands."""

    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")


class UserManager(BaseUserManager["User"]):
    """Accounts by e-mail."""

    def get_queryset(self) -> UserQuerySet:
        """Ask by the queryset's verbs."""
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User") -> UserQuerySet:
        """Return colleagues whom this person looks after."""
        return self.get_queryset().visible_to(user)

    def able_to_sign_in(self) -> UserQuerySet:
        """Return open accounts that have a password."""
        return self.get_queryset().able_to_sign_in()

    def create_user(self, *, email: str, password: str | None = None, **facts: Any) -> "User":
        """Make an account; without a password nobody can sign in to it yet."""
        user = self.model(email=self.normalize_email(email).lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find an account by its e-mail in any case, as lock-out counts it: one spelling, one account."""
        return self.get(email=(username or "").strip().lower())


class User(PublicModel, AbstractBaseUser):
    """One member of staff."""

    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    locations = models.ManyToManyField(Location, verbose_name=_("locations"), related_name="+", blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    email_returned_at = models.DateTimeField(
        _("letters came back"), null=True, blank=True, help_text=_("Since then the address is known not to work.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1)
    joined_at = models.DateTimeField(_("since"), auto_now_add=True)

    is_writing = False
    """Whether what they ask for just now changes something (`clinic.staff.access.signed_in`): a record that is kept
    and closed may be open to them to read, and to nobody to write."""

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "role"]

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ("full_name",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="staff_email_once_in_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="staff_role_is_known"),
        )

    def __str__(self) -> str:
        return self.full_name

    @property
    def state(self) -> AccountState:
        """Whether the account is closed, waits for its first password, or is in use."""
        if not self.is_active:
            return AccountState.CLOSED
        return AccountState.ACTIVE if self.has_usable_password() else AccountState.INVITED

    @cached_property
    def places(self) -> list[Location]:
        """Where this person works, by name, closed ones too; asked once, so for pages only, which read it anew."""
        return list(self.locations.all())

    @property
    def works_at(self) -> "models.QuerySet[Any, Any]":
        """The keys of these locations, for a question that is asked within them."""
        return type(self).locations.through.objects.filter(user=self).values("location")

    @property
    def open_places(self) -> list[Location]:
        """Those in use."""
        return [place for place in self.places if place.is_active]

    @property
    def is_front_desk(self) -> bool:
        """Whether this person works the front desk."""
        return self.role == Role.FRONT_DESK

    @property
    def is_clinician(self) -> bool:
        """Whether this person treats patients."""
        return self.role == Role.CLINICIAN

    @property
    def is_manager(self) -> bool:
        """Whether this person runs the clinic."""
        return self.role == Role.MANAGER


class LinkPurpose(models.TextChoices):
    """What a link in a letter to staff is for."""

    INVITATION = "invitation", _("invitation")
    PASSWORD = "password", _("new password")


class StaffLink(PublicModel):
    """One link that lets its holder set the password of one account, once.

    The token in the letter is derived from `public_id` and the secret key; only its SHA-256 is stored.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("purpose"), max_length=20, choices=LinkPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=40, blank=True)

    objects: ClassVar[StaffLinkQuerySet] = StaffLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("link to set a password")
        verbose_name_plural = _("links to set a password")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(purpose__in=LinkPurpose.values), name="staff_link_purpose_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="staff_link_expires_after_it_was_made"
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="staff_link_ends_once",
            ),
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=models.Q(used_at__isnull=True, revoked_at__isnull=True),
                name="staff_link_one_open_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d}"


class PasswordRequest(models.Model):
    """Somebody asked for a new password for an address, which may be nobody's. Gone within a minute, answered."""

    email = models.EmailField(unique=True)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("request for a new password")
        verbose_name_plural = _("requests for a new password")

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d}"
