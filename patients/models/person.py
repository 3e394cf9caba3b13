"""The person: name as on their papers, how to reach them, how sure we are of the date of birth."""

from collections.abc import Sequence
from typing import cast

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients import abha, names, phones
from patients.birth import Birth, Precision
from patients.querysets import PatientQuerySet


class Language(models.TextChoices):
    """Languages of letters and patient pages."""

    ENGLISH = "en", "English"
    HINDI = "hi", "हिन्दी"
    GUJARATI = "gu", "ગુજરાતી"


class Sex(models.TextChoices):
    """As the person states it."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not recorded")


class BirthPrecision(models.TextChoices):
    """How much of the date of birth is known."""

    DAY = "day", _("Day, month and year")
    MONTH = "month", _("Month and year")
    YEAR = "year", _("Year only")
    ABOUT = "about", _("About this age")
    UNKNOWN = "unknown", _("Unknown")


class SuspendedBecause(models.TextChoices):
    """Why nothing is mailed to an address any more."""

    RETURNED = "returned", _("a letter came back: there is no such mailbox")
    UNREACHED = "unreached", _("several letters did not get through")
    COMPLAINT = "complaint", _("a letter was marked as unwanted")


def next_record_number() -> int:
    """Return the next number for a folder, from a sequence: never used twice."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('patients_record_number')")
        return int(cursor.fetchone()[0])


@pghistory.track()
class Patient(PublicModel):
    """One person who is or was treated here.

    `born_on` is the first day the person can have been born on; `birth_precision` says how much of it is known
    ("about": only the year, and that approximately). Names are stored NFC and never cut, split or completed.
    """

    record_number = models.PositiveIntegerField(
        _("record number"), unique=True, default=next_record_number, editable=False
    )
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    given_name = models.CharField(_("name"), max_length=200)
    family_name = models.CharField(_("family name"), max_length=200, blank=True)
    search_name = models.TextField(editable=False, help_text=_("both names, folded for finding"))
    search_sounds = models.TextField(
        editable=False, blank=True, default="", db_default="", help_text=_("both names by ear, in any script")
    )
    born_on = models.DateField(_("born on"), null=True, blank=True)
    birth_precision = models.CharField(
        _("date of birth is known to"),
        max_length=10,
        choices=BirthPrecision.choices,
        default=BirthPrecision.UNKNOWN,
    )
    sex = models.CharField(_("sex"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    phone = models.CharField(_("phone"), max_length=20, blank=True, help_text=_("E.164, one form"))
    phone_digits = models.CharField(
        max_length=20, blank=True, editable=False, help_text=_("reversed, to find by last digits")
    )
    abha_number = models.CharField(
        _("ABHA number"), max_length=14, blank=True, default="", db_default="", help_text=_("digits only")
    )
    abha_address = models.CharField(_("ABHA address"), max_length=45, blank=True, default="", db_default="")
    email = models.EmailField(_("e-mail"), blank=True)
    email_is_shared = models.BooleanField(_("address is shared by a family"), default=False)
    email_suspended_at = models.DateTimeField(_("e-mail suspended"), null=True, blank=True)
    email_suspended_because = models.CharField(
        _("why it is suspended"), max_length=10, choices=SuspendedBecause.choices, blank=True, default="", db_default=""
    )
    has_no_email = models.BooleanField(_("no e-mail"), default=False)
    wants_reminders = models.BooleanField(_("wants reminders to plan the next visit"), default=True)
    wants_visit_reminders = models.BooleanField(_("wants a reminder before a visit"), default=True, db_default=True)
    wants_check_ins = models.BooleanField(_("wants to be asked after a visit"), default=True, db_default=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH)
    address = models.TextField(_("address"), blank=True)
    note_for_desk = models.TextField(_("note for the desk"), blank=True)
    deceased_on = models.DateField(_("deceased on"), null=True, blank=True)
    death_note = models.CharField(
        _("who told of the death, or why it was taken back"), max_length=200, blank=True, default="", db_default=""
    )
    confidential_at = models.DateTimeField(
        _("confidential since"), null=True, blank=True, editable=False, help_text=_("kept by the database's trigger")
    )
    restricted_at = models.DateTimeField(
        _("restricted since"), null=True, blank=True, editable=False, help_text=_("kept by the database's trigger")
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source_key = models.CharField(  # noqa: DJ001 - unique when present
        _("number in the system it came from"),
        max_length=120,
        null=True,
        blank=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)

    is_closed = False
    """Whether the record is closed to who looks at a list: a page says it (`patients.closing.mark_closed`)."""

    is_nameless = False
    """Whether a list withholds the name of a restricted record as well (`patients.closing.mark_visitors`)."""

    objects = PatientQuerySet.as_manager()
    former: Sequence["Patient"] = ()
    """The records that became a part of this one, where a search asked for them."""

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        ordering = ("search_name", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(given_name=""), name="patient_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(birth_precision="unknown", born_on__isnull=True)
                | (~models.Q(birth_precision="unknown") & models.Q(born_on__isnull=False)),
                name="patient_birth_date_agrees_with_its_precision",
            ),
            models.CheckConstraint(
                condition=~models.Q(birth_precision="month") | models.Q(born_on__day=1),
                name="patient_birth_month_is_stored_as_its_first_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(birth_precision__in=("year", "about")) | models.Q(born_on__day=1, born_on__month=1),
                name="patient_birth_year_is_stored_as_its_first_day",
            ),
            models.CheckConstraint(
                condition=models.Q(has_no_email=False) | models.Q(email=""), name="patient_without_email_has_no_address"
            ),
            models.CheckConstraint(
                condition=models.Q(email_suspended_because="")
                | models.Q(email_suspended_because__in=SuspendedBecause.values, email_suspended_at__isnull=False),
                name="patient_email_has_a_known_reason_only_while_suspended",
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="patient_phone_is_in_one_form",
            ),
            models.CheckConstraint(
                condition=models.Q(abha_number="") | models.Q(abha_number__regex=r"^[0-9]{14}$"),
                name="patient_abha_number_is_in_one_form",
            ),
            models.CheckConstraint(
                condition=models.Q(abha_address="") | models.Q(abha_address__regex=r"^[a-z0-9._]+@[a-z]+$"),
                name="patient_abha_address_is_in_one_form",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="patient_is_not_merged_into_itself"
            ),
            models.UniqueConstraint(fields=["source_key"], name="patient_source_key_once"),
        )
        indexes = (
            GinIndex(fields=["search_name"], name="patient_by_name", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["search_sounds"], name="patient_by_sound", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["born_on"], name="patient_by_birth"),
            models.Index(fields=["phone"], name="patient_by_phone", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["phone_digits"], name="patient_by_last_digits", opclasses=["varchar_pattern_ops"]),
            models.Index(Upper("email"), name="patient_by_email_in_any_case"),
            models.Index(fields=["abha_number"], condition=~models.Q(abha_number=""), name="patient_by_abha_number"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def gone_because(self) -> str:
        """Why nothing is owed to this person any more, in a word, or ""; what they are owed otherwise goes on."""
        if self.deceased_on is not None:
            return "deceased"
        return "restricted" if self.restricted_at is not None else ""

    @property
    def name(self) -> str:
        """The whole name, without stray spaces where there is one name only."""
        if self.is_nameless:
            return gettext("A closed record")
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def name_lang(self) -> str:
        """The language of the script the name is written in, for readers: "gu", "hi" or nothing."""
        return names.script_language(self.name)

    @property
    def birth(self) -> Birth:
        """What is known of the date of birth."""
        return Birth(self.born_on, cast("Precision", self.birth_precision))

    @property
    def abha_number_shown(self) -> str:
        """The ABHA number grouped for reading."""
        return abha.number_shown(self.abha_number)

    @property
    def phone_shown(self) -> str:
        """The phone grouped for reading."""
        return phones.shown(self.phone)
