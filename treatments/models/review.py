"""Looked at again: goals, what the toxin is combined with, the patient's question. Rows are only added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Intake
from treatments.models.consultation import Consultation, Goal, Strategy
from treatments.models.session import InjectionSession


class GoalOutcome(models.TextChoices):
    """How far a goal was reached."""

    MET = "met", _("Met")
    PARTLY = "partly", _("Partly")
    NOT_MET = "not_met", _("Not met")


class Review(PublicModel):
    """A look back on a day: at a session, in a consultation, or between them."""

    session = models.ForeignKey(InjectionSession, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True
        ordering = ("reviewed_on", "id")

    def __str__(self) -> str:
        return f"{self.reviewed_on}"


class GoalReview(Review):
    """How far one goal was reached on a day. The last row is what holds."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(_("outcome"), max_length=10, choices=GoalOutcome.choices)

    class Meta(Review.Meta):
        verbose_name = _("review of a goal")
        verbose_name_plural = _("reviews of goals")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=GoalOutcome.values), name="goal_review_has_a_known_outcome"
            ),
        )


class StrategyReview(Review):
    """Whether what the toxin is combined with was kept up, on a day. The last row is what holds."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="reviews")
    is_kept_up = models.BooleanField(_("kept up"))

    class Meta(Review.Meta):
        verbose_name = _("review of a strategy")
        verbose_name_plural = _("reviews of strategies")


class QuestionAnswer(PublicModel):
    """The answer to the question a patient wrote in an intake, given outside a consultation."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("answer"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=["intake"], name="question_answered_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="question_answer_says_something"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
