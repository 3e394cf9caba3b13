"""Sign a session, add to it, void it: one transaction each; what is signed stays as it was signed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Patient
from patients.writing import hold_to_write
from treatments import hooks
from treatments.errors import EditedMeanwhile
from treatments.estimating import keep_estimate
from treatments.models import (
    Addendum,
    Draw,
    EstimateCause,
    Incident,
    InjectionSession,
    Plan,
    Vial,
    Void,
)
from treatments.models.findings import Gate as KeptGate
from treatments.models.session import VoidReason
from treatments.models.stock import DrawKind
from treatments.session_facts import left_in
from treatments.session_findings import keep_findings
from treatments.session_made import made_of
from treatments.session_refusals import (
    AlreadyVoided,
    SessionNotSigned,
    SessionSigned,
    VialOverdrawn,
)
from treatments.session_versions import pin_versions
from treatments.session_volumes import set_volumes
from treatments.weighing import Signature, named, weigh

__all__ = ["Signature", "add_addendum", "sign", "void_session"]


@transaction.atomic
def sign(*, session: InjectionSession, version: int, signature: Signature, by: User, now: datetime) -> InjectionSession:
    """Sign: the dose is a fact, so only incomplete or impossible data stops it (R09, R10 overdraw, R11, R24).

    Locks patient, plan, session, then the vials by pk. Keeps every finding; takes the units from the vials; signs a
    clinical block as given despite it, with the clinician's statement and an incident for the manager.
    The lines of a late entry stand in the ledger at the time it was given. Runs `on_signed`.

    Raises:
        SessionSigned, EditedMeanwhile: somebody was faster.
        SessionIncomplete: what is missing, by name.
        VialOverdrawn: a vial holds less than is to be taken from it.
        Stopped: the data cannot be right.
        ReasonsMissing: an override without its reason.
    """
    session = _locked(session)
    if session.is_signed:
        raise SessionSigned
    if session.version != version:
        raise EditedMeanwhile(session)
    made = made_of(session, is_locking=True)
    pin_versions(session)
    set_volumes(session)
    weighed = weigh(session, signature, made, by=by, now=now)
    despite = weighed.decision.given_despite
    keep_findings(session, KeptGate.SIGNING, weighed.findings, weighed.reasons, now=now)
    Incident.objects.bulk_create(
        Incident(session=session, rule=found.rule, text=found.text, statement=weighed.statement, at=now)
        for found in despite
    )
    _draw(session, weighed.parts, by=by, at=weighed.injected_at if session.is_late_entry else now)
    session.injected_at = weighed.injected_at
    session.injected_on = day_of(weighed.injected_at, session.location.zone)
    session.total_units = weighed.total
    session.volume_ml = sum((row.volume_ml or Decimal(0) for row in weighed.sites), Decimal(0))
    session.given_despite = weighed.statement
    session.signed_at, session.signed_by = now, by
    session.version += 1
    session.save()
    keep_estimate(plan=session.plan, why=EstimateCause.SIGNED, by=by, now=now)
    for hook in hooks.on_signed:
        hook(session=session, by=by, now=now)
    record(
        by=by,
        verb="session.signed",
        thing=session,
        patient=session.patient,
        detail={"sites": len(weighed.sites), "given_despite": [found.rule for found in despite]}
        | ({"late_entry": True} if session.is_late_entry else {}),
    )
    return session


@transaction.atomic
def add_addendum(*, session: InjectionSession, text: str, by: User, now: datetime) -> Addendum:
    """Write a remark or correction beside a signed session.

    Raises:
        SessionNotSigned: a draft is simply edited.
        RecordKept: the record was restricted since the page was opened.
    """
    hold_to_write(session.patient)
    session = _locked(session)
    if not session.is_signed:
        raise SessionNotSigned
    added = Addendum.objects.create(session=session, text=text.strip(), by=by, at=now)
    record(by=by, verb="session.addendum", thing=session, patient=session.patient)
    return added


@transaction.atomic
def void_session(*, session: InjectionSession, kind: VoidReason, reason: str, by: User, now: datetime) -> Void:
    """Say that a signed session does not stand; it stays readable as it was signed. Runs `on_voided`.

    Whatever the kind, the units it took go back to their vials by adjusting lines, and a vial closed since opens again:
    never given, they are still there to be accounted for; on the wrong patient or entered wrongly, the session that
    replaces this one takes them. Nobody's ledger is left to balance by itself: the vial must be closed again.

    Raises:
        SessionNotSigned, AlreadyVoided; RecordKept: the record was restricted since the page was opened.
    """
    hold_to_write(session.patient)
    session = _locked(session)
    if not session.is_signed:
        raise SessionNotSigned
    try:
        with transaction.atomic():
            void = Void.objects.create(session=session, kind=kind, reason=reason.strip(), by=by, at=now)
    except IntegrityError as error:
        if violated(error) == "treatments_void_session_id_key":
            raise AlreadyVoided from error
        raise
    given = list(session.draws.filter(kind=DrawKind.GIVEN).order_by("vial_id"))
    pks = [line.vial_id for line in given]
    list(Vial.objects.filter(pk__in=pks).select_for_update().order_by("pk"))
    Vial.objects.filter(pk__in=pks, closed_at__isnull=False).update(closed_at=None)
    for line in given:
        Draw.objects.create(
            vial_id=line.vial_id,
            session=session,
            kind=DrawKind.ADJUSTED,
            units=-line.units,
            reason=f"void: {kind}",
            by=by,
            at=now,
        )
    keep_estimate(plan=session.plan, why=EstimateCause.VOIDED, by=by, now=now)
    for hook in hooks.on_voided:
        hook(session=session, by=by, now=now)
    record(by=by, verb="session.voided", thing=session, patient=session.patient, detail={"kind": str(kind)})
    return void


def _locked(session: InjectionSession) -> InjectionSession:
    """Lock patient, plan, session, in the house's order, and return the session as it stands."""
    Patient.objects.select_for_update().get(pk=session.patient_id)
    Plan.objects.select_for_update(of=("self",)).get(pk=session.plan_id)
    found: InjectionSession = (
        InjectionSession.objects.select_related(
            "patient",
            "location",
            "product",
            "condition",
            "rules",
            "plan__location",
            "plan__patient",
            "plan__product",
            "plan__condition",
            "plan__protocol",
            "plan__consultation",
        )
        .select_for_update(of=("self",))
        .get(pk=session.pk)
    )
    return found


def _draw(session: InjectionSession, parts: Sequence[tuple[Vial, Decimal]], *, by: User, at: datetime) -> None:
    """Write the ledger's lines; the database itself refuses an overdraw."""
    for vial, units in sorted(parts, key=lambda part: part[0].pk):
        if not units:
            continue
        try:
            with transaction.atomic():
                Draw.objects.create(vial=vial, session=session, kind=DrawKind.GIVEN, units=units, by=by, at=at)
        except IntegrityError as error:
            if violated(error) == "vial_is_not_overdrawn":
                raise VialOverdrawn(named(vial), left_in(vial)) from error
            raise
