"""Make up vials with diluent for a session, or use what was made up before: gate "preparing" (R06 R07 R08 R10 R26).

A session may have several preparations, each let through the gate by itself, with a dilution and a clock of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from treatments.assessment import assess_preparing
from treatments.day_of import is_of_the_day
from treatments.findings import Finding, Level
from treatments.formulary_db import current_formulary
from treatments.gates import IMPOSSIBLE_DRAWS, Gate, decide
from treatments.models import InjectionSession, Preparation, PreparationVial, SessionPreparation, Vial
from treatments.models.findings import Gate as KeptGate
from treatments.session_facts import facts_of_session
from treatments.session_findings import Reason, keep_findings, merged, reasons_of, texts
from treatments.session_made import Made, made_of
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said with a preparation beside what it is.

    `is_already_given` records what was used after the needle: nothing stops, a block is signed as given despite it.
    `is_part`: another preparation follows, so this one need not hold the whole dose; the signature asks for all of it.
    """

    reasons: Mapping[str, str]
    is_already_given: bool = False
    is_part: bool = False


@transaction.atomic
def make_up(*, session: InjectionSession, making: MakingUp, said: Said, by: User, now: datetime) -> Preparation:
    """Record a preparation and give it to the session; its vials are opened. Sites of before stay with what they had.

    Raises:
        SessionIncomplete: the day-of check is missing, or of an earlier day.
        DayOfStops: the day-of check stopped.
        Stopped: a block of this gate.
        ReasonsMissing: an override without its reason.
        VialInUse: a vial was opened before.
        VialsDiffer: vials of several products.
    """
    session = _open_draft(session, None if said.is_already_given else now)
    said = _as_given(session, said)
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
    row = Preparation(
        location=session.location,
        product=session.product,
        diluent=making.diluent,
        diluent_ml=making.diluent_ml,
        total_units=making.total_units,
        reconstituted_at=making.reconstituted_at,
        made_by=by,
    )
    before = _settled(session)
    one = Made(_next(before), row, tuple(vials))
    findings, given = _pass_gate(session, before, one, said, by=by, now=now)
    row.save(force_insert=True)
    try:
        with transaction.atomic():
            PreparationVial.objects.bulk_create(PreparationVial(preparation=row, vial=vial) for vial in vials)
    except IntegrityError as error:
        if violated(error) == "vial_is_made_up_once":
            raise VialInUse from error
        raise
    Vial.objects.filter(pk__in=[vial.pk for vial in vials]).update(
        opened_at=making.reconstituted_at if session.is_late_entry else now
    )
    _give_to(session, one, findings, given, now=now)
    record(by=by, verb="preparation.made", thing=row, patient=session.patient, detail={"vials": len(vials)})
    return row


@transaction.atomic
def take_from(*, session: InjectionSession, made: Preparation, said: Said, by: User, now: datetime) -> Preparation:
    """Use what was made up before, for this patient or (with a reason, R26) for another.

    Raises:
        SessionIncomplete, DayOfStops, Stopped, ReasonsMissing, VialsDiffer: as in `make_up`.
    """
    session = _open_draft(session, None if said.is_already_given else now)
    said = _as_given(session, said)
    if (made.product.key, made.location_id) != (session.product.key, session.location_id):
        raise VialsDiffer
    before = _settled(session)
    if any(one.row.pk == made.pk for one in before):
        return made
    vials = made.vials.select_related("lot").select_for_update(of=("self",)).order_by("pk")
    one = Made(_next(before), made, tuple(vials))
    findings, given = _pass_gate(session, before, one, said, by=by, now=now)
    _give_to(session, one, findings, given, now=now)
    record(by=by, verb="preparation.shared", thing=made, patient=session.patient)
    return made


@transaction.atomic
def take_off(*, session: InjectionSession, made: Preparation, by: User, now: datetime) -> None:
    """Say that a preparation is not used in this draft after all. Its vials stay open, to be used or closed.

    Raises:
        SessionSigned: it is frozen.
    """
    session = _locked(session)
    session.sites.filter(preparation=made).update(preparation=None)
    gone, _each = session.uses.filter(preparation=made).delete()
    if not gone:
        return
    left = made_of(session)
    findings = _assessed(session, left, now) if left else ()
    keep_findings(session, KeptGate.PREPARING, findings, reasons_of(session), now=now)
    set_volumes(session)
    record(by=by, verb="preparation.taken_off", thing=made, patient=session.patient)


def _open_draft(session: InjectionSession, needle_at: datetime | None) -> InjectionSession:
    """Lock the session; refuse a signed one, and one whose day-of check is missing or, before the needle, too old."""
    locked = _locked(session)
    if locked.checked_at is None:
        raise SessionIncomplete(["day_of_check"])
    if (
        needle_at is not None
        and not locked.is_late_entry
        and not is_of_the_day(locked.checked_at, needle_at, locked.location.zone)
    ):
        raise SessionIncomplete(["day_of_check_is_old"])
    return locked


def _as_given(session: InjectionSession, said: Said) -> Said:
    """Return what was said; what a late entry was made from is in the patient already."""
    return replace(said, is_already_given=True) if session.is_late_entry else said


def _locked(session: InjectionSession) -> InjectionSession:
    """Lock a draft as it stands."""
    locked: InjectionSession = (
        InjectionSession.objects.select_related(
            "patient", "location", "product", "condition", "rules", "plan__location", "plan__patient"
        )
        .select_for_update(of=("self",))
        .get(pk=session.pk)
    )
    if locked.is_signed:
        raise SessionSigned
    return locked


def _settled(session: InjectionSession) -> tuple[Made, ...]:
    """Return what the session has so far; sites that needed not say what they are from say it, before another comes."""
    before = made_of(session)
    if len(before) == 1:
        session.sites.filter(preparation=None).update(preparation=before[0].row)
    return before


def _next(before: Sequence[Made]) -> int:
    """Return the number of a further preparation."""
    return max((one.position for one in before), default=0) + 1


def _assessed(session: InjectionSession, made: Sequence[Made], now: datetime) -> tuple[Finding, ...]:
    """Return what the rules say of these preparations; of a late entry's, at the time on the paper."""
    formulary = current_formulary()
    used_at = session.injected_at if session.is_late_entry and session.injected_at else now
    return assess_preparing(facts_of_session(session, formulary=formulary, used_at=used_at, made=made), formulary)


def _pass_gate(
    session: InjectionSession, before: Sequence[Made], one: Made, said: Said, *, by: User, now: datetime
) -> tuple[tuple[Finding, ...], dict[str, Reason]]:
    """Return the findings of this gate, those of what was made up before too, and all reasons; or refuse."""
    findings = _assessed(session, (one,), now)
    if said.is_part:
        findings = tuple(found for found in findings if found.wording.code not in IMPOSSIBLE_DRAWS)
    given = merged(reasons_of(session), said.reasons, by=by, now=now)
    decision = decide(findings, Gate.PREPARING, texts(given))
    if not said.is_already_given:
        if _stopped_today(session):
            raise DayOfStops
        if decision.stopped_by:
            raise Stopped(decision.stopped_by)
    if decision.needs_reason:
        raise ReasonsMissing(decision.needs_reason)
    seen = {found.key for found in findings}
    others = _assessed(session, before, now) if before else ()
    return (*findings, *(found for found in others if found.key not in seen)), given


def _stopped_today(session: InjectionSession) -> bool:
    """Whether the day-of check stopped, or still lacks a reason."""
    kept = session.findings.filter(gate=KeptGate.DAY_OF)
    blocked: bool = kept.filter(level=Level.BLOCK.value).exists()
    unexplained: bool = kept.filter(level=Level.OVERRIDE.value, reason="").exists()
    return blocked or unexplained


def _give_to(
    session: InjectionSession,
    one: Made,
    findings: Sequence[Finding],
    reasons: Mapping[str, Reason],
    *,
    now: datetime,
) -> None:
    SessionPreparation.objects.create(session=session, preparation=one.row, position=one.position)
    keep_findings(session, KeptGate.PREPARING, findings, reasons, now=now)
    set_volumes(session)
