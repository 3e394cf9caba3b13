"""People who work here: one account each, one role, the locations they work at."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location


class Role(models.TextChoices):
    """What a person may do."""

    FRONT_DESK = "front_desk", _("Front desk")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Clinic manager")


class UserManager(BaseUserManager["User"]):
    """Accounts by e-mail."""

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
    joined_at = models.DateTimeField(_("since"), auto_now_add=True)

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
