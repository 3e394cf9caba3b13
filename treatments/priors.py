"""Every toxin session of a patient, over all plans and clinics, as the interval and cumulative rules read them."""

from dataclasses import replace
from datetime import date

from clinic.lib.days import day_of
from patients.models import Patient
from treatments import elsewhere
from treatments.day_of import DayOfAnswers, given_elsewhere
from treatments.facts import PriorSession
from treatments.models import InjectionSession, ToxinElsewhere
from treatments.models.session import VoidReason


def prior_sessions(
    patient: Patient, *, but_not: InjectionSession | None = None, on: date | None = None
) -> tuple[PriorSession, ...]:
    """Return the signed sessions of a patient, the latest first, then the toxin given elsewhere, each treatment once.

    Elsewhere is what was written down as such, and what was told at a day-of check and is not among it. `but_not` is
    the session that is being judged, for the day `on`. Voided ones come too, with the kind of their void: whether the
    toxin counts is the rules' question, not this one's. One that was entered wrongly and then written again, for the
    same plan and day, is that treatment: it comes once, as written last.
    """
    signed = InjectionSession.objects.filter(patient=patient, signed_at__isnull=False).select_related(
        "product", "void", "location"
    )
    if but_not is not None:
        signed = signed.exclude(pk=but_not.pk)
    here: list[PriorSession] = []
    told: list[PriorSession] = []
    sessions = list(signed.order_by("-injected_on", "-id"))
    standing = {(one.plan_id, one.injected_on): one.signed_at for one in sessions if not hasattr(one, "void")}
    judged = (but_not.plan_id, on) if but_not is not None else None
    for session in sessions:
        void_kind = session.void.kind if hasattr(session, "void") else ""
        treatment = (session.plan_id, session.injected_on)
        is_written_again = void_kind == VoidReason.ENTERED_WRONGLY and (
            treatment == judged or (treatment in standing and standing[treatment] > session.void.at)
        )
        if not is_written_again:
            here.append(
                PriorSession(
                    on=session.injected_on,
                    product=session.product.key,
                    units=session.total_units,
                    void_kind=void_kind,
                    where=session.location.name,
                )
            )
        counts = void_kind if void_kind == VoidReason.WRONG_PATIENT else ""
        answers = given_elsewhere(DayOfAnswers.from_json(session.day_of_check))
        told += (replace(other, void_kind=counts) for other in answers)
    return elsewhere.with_told((*here, *noted_elsewhere(patient)), told)


def noted_elsewhere(patient: Patient) -> tuple[PriorSession, ...]:
    """Return the toxin written down as given elsewhere, as far as it stands."""
    zone = patient.location.zone
    return tuple(
        elsewhere.as_prior(
            span_of(row),
            product=row.product.key if row.product else None,
            units=row.units,
            known_on=day_of(row.at, zone),
            where=row.clinic or elsewhere.WHERE,
        )
        for row in ToxinElsewhere.objects.standing().filter(patient=patient).select_related("product")
    )


def span_of(row: ToxinElsewhere) -> elsewhere.Span:
    """Return the date as far as it is known."""
    return elsewhere.Span(row.given_on, row.precision)
