"""Sign a session, add to it, void it: one transaction each; what is signed stays as it was signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Patient
from treatments import hooks
from treatments.apportion import NotEnough, apportion
from treatments.assessment import assess_session
from treatments.day_of import DayOfAnswers, is_of_the_day, own_findings
from treatments.errors import EditedMeanwhile
from treatments.estimating import keep_estimate
from treatments.findings import Finding
from treatments.formulary_db import current_formulary
from treatments.gates import MIN_REASON, Decision, Gate, decide
from treatments.models import (
    Addendum,
    Draw,
    EstimateCause,
    Incident,
    InjectionSession,
    Plan,
    SessionSite,
    Vial,
    Void,
)
from treatments.models.findings import Gate as KeptGate
from treatments.models.session import VoidReason
from treatments.models.stock import DrawKind
from treatments.session_facts import facts_of_session, left_in
from treatments.session_findings import Reason, keep_findings, merged, reasons_of, texts
from treatments.session_made import Made, dose_from, made_of, one_of
from treatments.session_refusals import (
    AlreadyVoided,
    ReasonsMissing,
    SessionIncomplete,
    SessionNotSigned,
    SessionSigned,
    Stopped,
    VialOverdrawn,
)
from treatments.session_versions import pin_versions
from treatments.session_volumes import set_volumes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What the signer says beside the session itself.

    An empty `statement` and an absent `injected_at` are those of the draft, and an absent time there is "now".
    `declared_total` is the total the page showed, None where the page computes none.
    """

    reasons: Mapping[str, str]
    statement: str = ""
    injected_at: datetime | None = None
    declared_total: Decimal | None = None


@transaction.atomic
def sign(*, session: InjectionSession, version: int, signature: Signature, by: User, now: datetime) -> InjectionSession:
    """Sign: the dose is a fact, so only incomplete or impossible data stops it (R09, R10 overdraw, R11, R24).

    Locks patient, plan, session, then the vials by pk. Keeps every finding; takes the units from the vials; signs a
    clinical block as given despite it, with the clinician's statement and an incident for the manager.
    Runs `on_signed`.

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
    sites = list(session.sites.select_related("muscle"))
    injected_at = signature.injected_at or session.injected_at or now
    _refuse_incomplete(session, sites, made, injected_at, now)
    total = sum((site.units for site in sites), Decimal(0))
    parts = _parts(made, sites)
    pin_versions(session)
    set_volumes(session)
    findings, decision, reasons = _judge(session, signature, made, used_at=injected_at, by=by, now=now)
    statement = (signature.statement.strip() or session.given_despite) if decision.given_despite else ""
    if decision.given_despite and len(statement) < MIN_REASON:
        raise SessionIncomplete(["statement"])
    keep_findings(session, KeptGate.SIGNING, findings, reasons, now=now)
    Incident.objects.bulk_create(
        Incident(session=session, rule=found.rule, text=found.text, statement=statement, at=now)
        for found in decision.given_despite
    )
    _draw(session, parts, by=by, now=now)
    session.injected_at = injected_at
    session.injected_on = day_of(injected_at, session.location.zone)
    session.total_units = total
    session.volume_ml = sum((row.volume_ml or Decimal(0) for row in session.sites.all()), Decimal(0))
    session.given_despite = statement
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
        detail={"sites": len(sites), "given_despite": [found.rule for found in decision.given_despite]},
    )
    return session


@transaction.atomic
def add_addendum(*, session: InjectionSession, text: str, by: User, now: datetime) -> Addendum:
    """Write a remark or correction beside a signed session.

    Raises:
        SessionNotSigned: a draft is simply edited.
    """
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
        SessionNotSigned, AlreadyVoided.
    """
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


def _refuse_incomplete(
    session: InjectionSession, sites: Sequence[SessionSite], made: Sequence[Made], injected_at: datetime, now: datetime
) -> None:
    missing = []
    if session.checked_at is None:
        missing.append("day_of_check")
    elif not is_of_the_day(session.checked_at, injected_at, session.location.zone):
        missing.append("day_of_check_is_old")
    if not made:
        missing.append("preparation")
    if not sites:
        missing.append("sites")
    if made and any(one_of(made, site.preparation_id) is None for site in sites):
        missing.append("preparation_of_a_site")
    if injected_at > now:
        missing.append("injected_at")
    if missing:
        raise SessionIncomplete(missing)


def _parts(made: Sequence[Made], sites: Sequence[SessionSite]) -> list[tuple[Vial, Decimal]]:
    """Split the dose of each preparation over its vials, or name the vial that cannot give its part."""
    parts: list[tuple[Vial, Decimal]] = []
    for one in made:
        lefts = [left_in(vial) for vial in one.vials]
        try:
            shares = apportion(dose_from(one, made, sites), lefts)
        except NotEnough as error:
            emptiest = min(range(len(lefts)), key=lefts.__getitem__)
            raise VialOverdrawn(_named(one.vials[emptiest]), sum(lefts, Decimal(0))) from error
        parts += zip(one.vials, shares, strict=True)
    return parts


def _named(vial: Vial) -> str:
    return f"{vial.lot.number} {vial.label}"


def _judge(
    session: InjectionSession,
    signature: Signature,
    made: Sequence[Made],
    *,
    used_at: datetime,
    by: User,
    now: datetime,
) -> tuple[tuple[Finding, ...], Decision, dict[str, Reason]]:
    """Return findings, decision and reasons, or refuse."""
    formulary = current_formulary()
    asked = facts_of_session(
        session,
        formulary=formulary,
        used_at=used_at,
        made=made,
        declared_total=signature.declared_total,
    )
    findings = (*own_findings(DayOfAnswers.from_json(session.day_of_check)), *assess_session(asked, formulary))
    reasons = merged(reasons_of(session), signature.reasons, by=by, now=now)
    decision = decide(findings, Gate.SIGNING, texts(reasons))
    if decision.stopped_by:
        raise Stopped(decision.stopped_by)
    if decision.needs_reason:
        raise ReasonsMissing(decision.needs_reason)
    return findings, decision, reasons


def _draw(session: InjectionSession, parts: Sequence[tuple[Vial, Decimal]], *, by: User, now: datetime) -> None:
    """Write the ledger's lines; the database itself refuses an overdraw."""
    for vial, units in sorted(parts, key=lambda part: part[0].pk):
        if not units:
            continue
        try:
            with transaction.atomic():
                Draw.objects.create(vial=vial, session=session, kind=DrawKind.GIVEN, units=units, by=by, at=now)
        except IntegrityError as error:
            if violated(error) == "vial_is_not_overdrawn":
                raise VialOverdrawn(_named(vial), left_in(vial)) from error
            raise
