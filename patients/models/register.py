"""What the register holds beside the person: other numbers they are known by, and who is called or signs for them."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from patients.models.ending import Ending, ended_says_by_whom
from patients.models.person import Patient


class IdentifierKind(models.TextChoices):
    """Where a number comes from. Aadhaar is not among them: it is not kept here."""

    HOSPITAL = "hospital", _("Record number elsewhere")
    INSURANCE = "insurance", _("Insurance or scheme")
    EMPLOYER = "employer", _("Employer")
    PASSPORT = "passport", _("Passport")
    LICENCE = "licence", _("Driving licence")
    OTHER = "other", _("Other")


class Identifier(Ending):
    """One number by which somebody else knows the person: one of each kind and issuer at a time."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="identifiers"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=IdentifierKind.choices)
    value = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("given by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("number elsewhere")
        verbose_name_plural = _("numbers elsewhere")
        ordering = ("kind", "issuer", "id")
        constraints = (
            models.UniqueConstraint(
                "patient",
                "kind",
                Lower("issuer"),
                condition=models.Q(ended_at__isnull=True),
                name="identifier_of_a_kind_stands_once",
            ),
            models.CheckConstraint(condition=~models.Q(value=""), name="identifier_has_a_number"),
            models.CheckConstraint(condition=models.Q(kind__in=IdentifierKind.values), name="identifier_kind_is_known"),
            ended_says_by_whom("identifier"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"


class Relation(models.TextChoices):
    """What somebody is to the patient."""

    PARENT = "parent", _("Mother or father")
    SPOUSE = "spouse", _("Wife or husband")
    CHILD = "child", _("Daughter or son")
    SIBLING = "sibling", _("Sister or brother")
    GUARDIAN = "guardian", _("Legal guardian")
    RELATIVE = "relative", _("Other relative")
    FRIEND = "friend", _("Friend or neighbour")
    CARER = "carer", _("Carer")


class Contact(Ending):
    """Somebody who is rung in an emergency, or signs for a person who is not of age, or both."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    phone = models.CharField(_("phone"), max_length=20, blank=True, help_text=_("E.164, one form"))
    is_for_emergencies = models.BooleanField(_("is rung in an emergency"))
    is_guardian = models.BooleanField(_("signs for the patient"))

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("-is_guardian", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(name=""), name="contact_has_a_name"),
            models.CheckConstraint(condition=models.Q(relation__in=Relation.values), name="contact_relation_is_known"),
            models.CheckConstraint(
                condition=models.Q(is_for_emergencies=True) | models.Q(is_guardian=True),
                name="contact_is_for_something",
            ),
            models.CheckConstraint(
                condition=models.Q(is_for_emergencies=False) | ~models.Q(phone=""),
                name="contact_for_emergencies_can_be_rung",
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="contact_phone_is_in_one_form",
            ),
            ended_says_by_whom("contact"),
        )

    def __str__(self) -> str:
        return self.name
