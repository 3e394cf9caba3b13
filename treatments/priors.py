"""Every toxin session of a patient, over all plans, as the interval and cumulative rules read them."""

from dataclasses import replace

from patients.models import Patient
from treatments.day_of import DayOfAnswers, given_elsewhere
from treatments.facts import PriorSession
from treatments.models import InjectionSession
from treatments.models.session import VoidReason


def prior_sessions(patient: Patient, *, but_not: InjectionSession | None = None) -> tuple[PriorSession, ...]:
    """Return the signed sessions of a patient, the latest first, each with the toxin told of at its day-of check.

    `but_not` is the session that is being judged. Voided ones come too, with the kind of their void: whether the toxin
    counts is the rules' question, not this one's.
    """
    signed = InjectionSession.objects.filter(patient=patient, signed_at__isnull=False).select_related(
        "product", "void", "location"
    )
    if but_not is not None:
        signed = signed.exclude(pk=but_not.pk)
    found: list[PriorSession] = []
    for session in signed.order_by("-injected_on", "-id"):
        void_kind = session.void.kind if hasattr(session, "void") else ""
        found.append(
            PriorSession(
                on=session.injected_on,
                product=session.product.key,
                units=session.total_units,
                void_kind=void_kind,
                where=session.location.name,
            )
        )
        told = given_elsewhere(DayOfAnswers.from_json(session.day_of_check))
        found += (
            replace(other, void_kind=void_kind if void_kind == VoidReason.WRONG_PATIENT else "") for other in told
        )
    return tuple(found)
