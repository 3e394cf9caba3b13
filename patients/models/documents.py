"""What a patient brought or had photographed: a document, its files, and their bytes in a table of their own."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.person import Patient
from patients.querysets_documents import DocumentQuerySet


class DocumentKind(models.TextChoices):
    """What a document is. The desk adds every kind and reads the two that say nothing clinical."""

    REFERRAL = "referral", _("Referral letter")
    REPORT = "report", _("Report")
    IMAGING = "imaging", _("Imaging")
    PHOTO = "photo", _("Photo of a site")
    CONSENT = "consent", _("Consent on paper")
    OFFICE = "office", _("Insurance or identity paper")
    OTHER = "other", _("Other")


class WithdrawnBecause(models.TextChoices):
    """Why a document is no longer part of the record."""

    WRONG_PATIENT = "wrong_patient", _("It is another patient's")
    TWICE = "twice", _("It is here twice")
    UNREADABLE = "unreadable", _("It cannot be read")
    OTHER = "other", _("Another reason")


class MediaType(models.TextChoices):
    """What a file has become when it was made anew."""

    PICTURE = "image/jpeg", _("Picture")
    PDF = "application/pdf", _("PDF")


@pghistory.track()
class Document(PublicModel):
    """One document of a patient: a letter, a report, a photo. Never deleted and never changed, only withdrawn."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=120, blank=True)
    dated_on = models.DateField(_("dated"), null=True, blank=True, help_text=_("as written on it"))
    about_public_id = models.UUIDField(null=True, blank=True, help_text=_("the session, plan or intake it is of"))
    page_count = models.PositiveSmallIntegerField(_("pages"))
    byte_count = models.PositiveIntegerField(_("size in bytes"))
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty where the patient sent it by link"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_because = models.CharField(
        _("why it was withdrawn"), max_length=20, choices=WithdrawnBecause.choices, blank=True, default=""
    )
    withdrawn_note = models.CharField(_("about that"), max_length=200, blank=True, default="")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("-added_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=DocumentKind.values), name="document_is_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(page_count__gt=0, byte_count__gt=0), name="document_has_something_on_it"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_because="", withdrawn_note=""
                )
                | models.Q(
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    withdrawn_because__in=WithdrawnBecause.values,
                ),
                name="document_withdrawn_says_by_whom_and_why",
            ),
        )
        indexes = (models.Index(fields=["patient", "-added_at", "-id"], name="document_newest_first"),)

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """Its title, or what it is."""
        return self.title or str(self.get_kind_display())

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is no longer part of the record."""
        return self.withdrawn_at is not None

    @property
    def is_of_another(self) -> bool:
        """Whether it was withdrawn as another patient's: what names it may name them."""
        return self.withdrawn_because == WithdrawnBecause.WRONG_PATIENT


class DocumentFile(PublicModel):
    """One file of a document, as it was made anew: a picture is one page, a PDF has several. Its bytes are pieces."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField(_("position"))
    name_said = models.CharField(_("name"), max_length=120, help_text=_("as it was sent, made safe to show"))
    media_type = models.CharField(_("form"), max_length=20, choices=MediaType.choices)
    page_count = models.PositiveSmallIntegerField(_("pages"))
    width = models.PositiveIntegerField(_("width"), help_text=_("of the first page: points of a picture or a PDF"))
    height = models.PositiveIntegerField(_("height"))
    byte_count = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    sha256_sent = models.CharField(_("SHA-256 as it was sent"), max_length=64)

    class Meta:
        verbose_name = _("file of a document")
        verbose_name_plural = _("files of documents")
        ordering = ("document", "position")
        constraints = (
            models.UniqueConstraint(fields=["document", "position"], name="document_file_once_a_position"),
            models.CheckConstraint(
                condition=models.Q(media_type__in=MediaType.values), name="document_file_is_a_picture_or_a_pdf"
            ),
            models.CheckConstraint(
                condition=models.Q(page_count__gt=0, byte_count__gt=0, width__gt=0, height__gt=0),
                name="document_file_has_something_on_it",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$", sha256_sent__regex="^[0-9a-f]{64}$"),
                name="document_file_names_its_bytes",
            ),
        )

    def __str__(self) -> str:
        return self.name_said

    @property
    def is_pdf(self) -> bool:
        """Whether it is a PDF, whose pages are drawn when they are looked at."""
        return self.media_type == MediaType.PDF


class DocumentPiece(models.Model):
    """Some bytes of a file; the pieces in their order are the file."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(DocumentFile, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("piece of a file")
        verbose_name_plural = _("pieces of files")
        ordering = ("file", "number")
        constraints = (models.UniqueConstraint(fields=["file", "number"], name="document_piece_once_a_number"),)

    def __str__(self) -> str:
        return f"piece {self.number}"


class DocumentThumbnail(models.Model):
    """A file's first page, small, for lists."""

    file = models.OneToOneField(DocumentFile, primary_key=True, on_delete=models.PROTECT, related_name="thumbnail")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("small picture of a file")
        verbose_name_plural = _("small pictures of files")

    def __str__(self) -> str:
        return "thumbnail"
