"""Make up vials with diluent for a session, or use what was made up before: gate "preparing" (R06 R07 R08 R10 R26)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from treatments import facts
from treatments.assessment import assess_preparing
from treatments.day_of import is_of_the_day
from treatments.findings import Finding, Level
from treatments.formulary_db import current_formulary
from treatments.gates import Gate, decide
from treatments.models import InjectionSession, Preparation, PreparationVial, Vial
from treatments.models.findings import Gate as KeptGate
from treatments.session_facts import ONLY, facts_of_session, preparation_as_value, vials_of
from treatments.session_findings import Reason, keep_findings, merged, reasons_of, texts
from treatments.session_refusals import (
    DayOfStops,
    ReasonsMissing,
    SessionIncomplete,
    SessionSigned,
    Stopped,
    VialInUse,
    VialsDiffer,
)
from treatments.session_volumes import set_volumes


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingUp:
    """What was done at the bench. None of it has a default: the lot and vials, the diluent, its mL, the time."""

    vials: Sequence[Vial]
    diluent: str
    diluent_ml: Decimal
    reconstituted_at: datetime

    @property
    def total_units(self) -> Decimal:
        """All units in the solution."""
        return sum((vial.units for vial in self.vials), Decimal(0))


@transaction.atomic
def make_up(
    *,
    session: InjectionSession,
    making: MakingUp,
    reasons: Mapping[str, str],
    is_already_given: bool,
    by: User,
    now: datetime,
) -> Preparation:
    """Record a preparation and give it to the session; its vials are opened.

    `is_already_given` records what was used after the needle: nothing stops, a block is signed as given despite it.

    Raises:
        SessionIncomplete: the day-of check is missing, or of an earlier day.
        DayOfStops: the day-of check stopped.
        Stopped: a block of this gate.
        ReasonsMissing: an override without its reason.
        VialInUse: a vial was opened before.
        VialsDiffer: vials of several products.
    """
    session = _open_draft(session, None if is_already_given else now)
    vials = list(
        Vial.objects.filter(pk__in=[vial.pk for vial in making.vials])
        .select_related("lot")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if {(vial.lot.product_key, vial.lot.location_id) for vial in vials} != {(session.product.key, session.location_id)}:
        raise VialsDiffer
    if any(vial.opened_at or vial.closed_at for vial in vials):
        raise VialInUse
    value = facts.Preparation(
        ref=ONLY,
        units=making.total_units,
        diluent=making.diluent,
        diluent_ml=making.diluent_ml,
        reconstituted_at=making.reconstituted_at,
        used_at=now,
    )
    findings, given = _pass_gate(session, vials, value, reasons, is_already_given=is_already_given, by=by, now=now)
    made = Preparation.objects.create(
        location=session.location,
        product=session.product,
        diluent=making.diluent,
        diluent_ml=making.diluent_ml,
        total_units=making.total_units,
        reconstituted_at=making.reconstituted_at,
        made_by=by,
    )
    try:
        with transaction.atomic():
            PreparationVial.objects.bulk_create(PreparationVial(preparation=made, vial=vial) for vial in vials)
    except IntegrityError as error:
        if violated(error) == "vial_is_made_up_once":
            raise VialInUse from error
        raise
    Vial.objects.filter(pk__in=[vial.pk for vial in vials]).update(opened_at=now)
    _give_to(session, made, findings, given, now=now)
    record(by=by, verb="preparation.made", thing=made, patient=session.patient, detail={"vials": len(vials)})
    return made


@transaction.atomic
def take_from(
    *,
    session: InjectionSession,
    made: Preparation,
    reasons: Mapping[str, str],
    is_already_given: bool,
    by: User,
    now: datetime,
) -> Preparation:
    """Use what was made up before, for this patient or (with a reason, R26) for another.

    Raises:
        SessionIncomplete, DayOfStops, Stopped, ReasonsMissing, VialsDiffer: as in `make_up`.
    """
    session = _open_draft(session, None if is_already_given else now)
    if (made.product.key, made.location_id) != (session.product.key, session.location_id):
        raise VialsDiffer
    vials = list(vials_of(made).select_for_update(of=("self",)))
    findings, given = _pass_gate(
        session,
        vials,
        preparation_as_value(made, used_at=now),
        reasons,
        is_already_given=is_already_given,
        by=by,
        now=now,
    )
    _give_to(session, made, findings, given, now=now)
    record(by=by, verb="preparation.shared", thing=made, patient=session.patient)
    return made


def _open_draft(session: InjectionSession, needle_at: datetime | None) -> InjectionSession:
    """Lock the session; refuse a signed one, and one whose day-of check is missing or, before the needle, too old."""
    locked: InjectionSession = (
        InjectionSession.objects.select_related(
            "patient", "location", "product", "condition", "rules", "plan__location", "plan__patient"
        )
        .select_for_update(of=("self",))
        .get(pk=session.pk)
    )
    if locked.is_signed:
        raise SessionSigned
    if locked.checked_at is None:
        raise SessionIncomplete(["day_of_check"])
    if needle_at is not None and not is_of_the_day(locked.checked_at, needle_at, locked.location.zone):
        raise SessionIncomplete(["day_of_check_is_old"])
    return locked


def _pass_gate(
    session: InjectionSession,
    vials: Sequence[Vial],
    value: facts.Preparation,
    typed: Mapping[str, str],
    *,
    is_already_given: bool,
    by: User,
    now: datetime,
) -> tuple[tuple[Finding, ...], dict[str, Reason]]:
    """Return the findings of this gate and all reasons, or refuse."""
    formulary = current_formulary()
    asked = facts_of_session(session, formulary=formulary, used_at=now, vials=vials, preparation=value)
    findings = assess_preparing(asked, formulary)
    given = merged(reasons_of(session), typed, by=by, now=now)
    decision = decide(findings, Gate.PREPARING, texts(given))
    if not is_already_given:
        if _stopped_today(session):
            raise DayOfStops
        if decision.stopped_by:
            raise Stopped(decision.stopped_by)
    if decision.needs_reason:
        raise ReasonsMissing(decision.needs_reason)
    return findings, given


def _stopped_today(session: InjectionSession) -> bool:
    """Whether the day-of check stopped, or still lacks a reason."""
    kept = session.findings.filter(gate=KeptGate.DAY_OF)
    blocked: bool = kept.filter(level=Level.BLOCK.value).exists()
    unexplained: bool = kept.filter(level=Level.OVERRIDE.value, reason="").exists()
    return blocked or unexplained


def _give_to(
    session: InjectionSession,
    made: Preparation,
    findings: Sequence[Finding],
    reasons: Mapping[str, Reason],
    *,
    now: datetime,
) -> None:
    InjectionSession.objects.filter(pk=session.pk).update(preparation=made)
    session.preparation = made
    keep_findings(session, KeptGate.PREPARING, findings, reasons, now=now)
    set_volumes(session)
