"""Every toxin session of a patient, over all plans, as the interval and cumulative rules read them."""

from patients.models import Patient
from treatments.facts import PriorSession
from treatments.models import InjectionSession


def prior_sessions(patient: Patient, *, but_not: InjectionSession | None = None) -> tuple[PriorSession, ...]:
    """Return the signed sessions of a patient, the latest first; `but_not` is the session that is being judged.

    Voided ones come too, with the kind of their void: whether the toxin counts is the rules' question, not this one's.
    """
    signed = InjectionSession.objects.filter(patient=patient, signed_at__isnull=False).select_related(
        "product", "void", "location"
    )
    if but_not is not None:
        signed = signed.exclude(pk=but_not.pk)
    return tuple(
        PriorSession(
            on=session.injected_on,
            product=session.product.key,
            units=session.total_units,
            void_kind=session.void.kind if hasattr(session, "void") else "",
            where=session.location.name,
        )
        for session in signed.order_by("-injected_on", "-id")
    )
