"""The letters the clinic owes, the times nothing may go out, and who was seen at work."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.outbox import states
from clinic.outbox.bounce_rows import Bounce
from clinic.outbox.pacing import Clock
from clinic.outbox.querysets import HeartbeatQuerySet, HoldQuerySet, LetterQuerySet
from clinic.outbox.reasons import sentence
from clinic.outbox.registry import Promise, known_kinds

__all__ = ("RESEND", "Bounce", "Channel", "Heartbeat", "Hold", "Letter", "LetterState", "Pace", "Whereabouts")

#: "3~resend2" is the second time a person sent edition 3 again.
RESEND = "~resend"
ENDED = sorted(states.ENDED)


class LetterState(models.TextChoices):
    """Where a letter stands; what may follow what is in `states`."""

    QUEUED = states.QUEUED, _("waiting")
    SENDING = states.SENDING, _("on its way out")
    SENT = states.SENT, _("sent")
    WITHDRAWN = states.WITHDRAWN, _("withdrawn")
    LAPSED = states.LAPSED, _("too late")
    FAILED = states.FAILED, _("failed")
    UNCERTAIN = states.UNCERTAIN, _("uncertain")
    HELD = states.HELD, _("held back")


class Channel(models.TextChoices):
    """How a letter travels."""

    EMAIL = "email", _("e-mail")


class Letter(PublicModel):
    """One message ever owed to one person about one thing: the promise, and what became of it.

    Written in the transaction of the deed that owes it. It names the person by public id and never holds the address,
    which is asked for at the moment of sending.
    """

    letter = models.SlugField(_("letter"), max_length=60, db_index=False)
    about_type = models.CharField(_("about"), max_length=60)
    about_public_id = models.UUIDField(_("about"))
    edition = models.CharField(
        _("edition"),
        max_length=80,
        blank=True,
        help_text=_("Appointment sequence, follow-up cycle, or a named resend."),
    )
    step = models.CharField(_("step"), max_length=40, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    person_public_id = models.UUIDField(_("person"))
    priority = models.PositiveSmallIntegerField(_("priority"), default=5, help_text=_("0 goes first, 9 last."))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    state = models.CharField(_("state"), max_length=10, choices=LetterState.choices, default=LetterState.QUEUED)
    due_at = models.DateTimeField(_("due"))
    not_after = models.DateTimeField(_("useful until"), null=True, blank=True)

    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("attempts allowed"), default=12)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    claimed_by = models.CharField(_("claimed by"), max_length=120, blank=True)
    handing_over_at = models.DateTimeField(_("handing over since"), null=True, blank=True)

    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("The person's local day this letter takes: one such letter a day.")
    )

    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    reason = models.SlugField(_("reason"), max_length=60, blank=True, db_index=False)
    reason_text = models.CharField(_("reason in words"), max_length=300, blank=True)
    where = models.SlugField(_("where instead"), max_length=40, blank=True, db_index=False)
    last_error = models.CharField(
        _("last error"), max_length=120, blank=True, help_text=_("Class and code only, never what the server said.")
    )

    language = models.CharField(_("language"), max_length=10, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=320, blank=True)
    subject_sent = models.CharField(_("subject"), max_length=400, blank=True)
    text_sent = models.TextField(_("text, links redacted"), blank=True)
    html_sent = models.TextField(_("HTML, links redacted"), blank=True)
    sent_to = models.CharField(
        _("mark of the address"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text=_("An HMAC, never the address."),
    )
    resend_of = models.ForeignKey(
        "self", verbose_name=_("resend of"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = (
            models.UniqueConstraint(
                fields=["letter", "about_type", "about_public_id", "edition", "step", "channel", "person_public_id"],
                name="letter_owed_once",
            ),
            models.UniqueConstraint(
                fields=["person_public_id", "day"], condition=Q(day__isnull=False), name="letter_one_a_day"
            ),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="letter_channel_is_known"),
            models.CheckConstraint(condition=~Q(letter=""), name="letter_has_a_kind"),
            models.CheckConstraint(condition=~Q(about_type=""), name="letter_is_about_something"),
            models.CheckConstraint(condition=Q(priority__lte=9), name="letter_priority_is_0_to_9"),
            models.CheckConstraint(
                condition=Q(attempt__lte=models.F("max_attempts")), name="letter_attempts_are_capped"
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False, attempt__gte=1) & ~Q(claimed_by="")
                | ~Q(state="sending") & Q(lease_until__isnull=True, claimed_by=""),
                name="letter_has_a_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="letter_has_sent_at_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | ~Q(state__in=ENDED) & Q(ended_at__isnull=True),
                name="letter_has_ended_at_when_ended",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sending", "failed"])
                | Q(state__in=["sent", "uncertain"], handing_over_at__isnull=False)
                | Q(state__in=["queued", "held", "withdrawn", "lapsed"], handing_over_at__isnull=True),
                name="letter_was_handed_over_when_its_state_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "lapsed", "failed", "uncertain"]) | ~Q(reason=""),
                name="letter_that_did_not_go_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="letter_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="letter_leased"),
            models.Index(
                fields=["ended_at"], condition=Q(state__in=["failed", "uncertain"]), name="letter_for_a_person"
            ),
            models.Index(fields=["not_after"], condition=Q(state="lapsed"), name="letter_too_late"),
            models.Index(fields=["about_public_id"], name="letter_by_thing"),
            models.Index(fields=["person_public_id", "-due_at"], name="letter_by_person"),
            models.Index(fields=["-due_at", "-id"], name="letter_newest_first"),
        )

    def __str__(self) -> str:
        return f"{self.letter} {self.public_id} ({self.state})"

    @property
    def promise(self) -> Promise:
        """What its kind is asked with."""
        edition, _mark, again = self.edition.partition(RESEND)
        return Promise(
            public_id=self.public_id,
            letter=self.letter,
            about_type=self.about_type,
            about=self.about_public_id,
            edition=edition,
            resend=int(again or 0),
            step=self.step,
            person=self.person_public_id,
            due_at=self.due_at,
            not_after=self.not_after,
        )

    @property
    def title(self) -> str:
        """What staff call this kind of letter."""
        kind = known_kinds().get(self.letter)
        return str(kind.title) if kind else self.letter

    @property
    def why(self) -> str:
        """Why it did not go, or not yet, in a sentence for staff."""
        return self.reason_text or sentence(self.reason)

    @property
    def may_be_resent(self) -> bool:
        """Whether a person may send it again."""
        return self.state in states.RESENDABLE


class Hold(PublicModel):
    """One time during which no letter went out: after a restore, or because a person said so."""

    started_at = models.DateTimeField(_("since"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=200)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = (
            models.UniqueConstraint(models.Value(1), condition=Q(ended_at__isnull=True), name="hold_is_one_at_a_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.reason}"


class Heartbeat(models.Model):
    """When a part of the machinery was last seen: "worker" or "beat"."""

    name = models.CharField(_("part"), max_length=20, primary_key=True)
    seen_at = models.DateTimeField(_("last seen"))

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"


class Pace(models.Model):
    """How fast letters go to one domain, or in all (named ""); kept by `turns`. No address stands here."""

    name = models.CharField(_("domain"), max_length=255, primary_key=True)
    next_at = models.DateTimeField(_("next letter"), null=True)
    rests_until = models.DateTimeField(_("rests until"), null=True)
    slowness = models.PositiveSmallIntegerField(_("halvings of the pace"), default=0)
    refusals = models.PositiveSmallIntegerField(_("refusals in a row"), default=0)

    class Meta:
        verbose_name = _("pace")
        verbose_name_plural = _("paces")

    def __str__(self) -> str:
        return self.name

    @property
    def clock(self) -> Clock:
        """Where it stands, as `pacing` reads it."""
        return Clock(next_at=self.next_at, rests_until=self.rests_until, slowness=self.slowness, refusals=self.refusals)

    @clock.setter
    def clock(self, clock: Clock) -> None:
        self.next_at, self.rests_until = clock.next_at, clock.rests_until
        self.slowness, self.refusals = clock.slowness, clock.refusals


class Whereabouts(models.Model):
    """Which database the letters were last worked in, and how many sweeps were made there. One row; see `restored`."""

    identity = models.CharField(_("database"), max_length=120)
    sweeps = models.PositiveBigIntegerField(_("sweeps"), default=0)

    class Meta:
        verbose_name = _("whereabouts")
        verbose_name_plural = _("whereabouts")
        constraints = (models.UniqueConstraint(models.Value(1), name="whereabouts_are_one"),)

    def __str__(self) -> str:
        return self.identity
