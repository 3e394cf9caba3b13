"""What a signature would write: times, doses, findings and reasons, or the refusal. Nothing is written here.

The page before the signature and `sign` both ask here, so what is shown back is what is signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clinic.lib.days import day_of
from clinic.staff.models import User
from treatments.apportion import NotEnough, apportion
from treatments.assessment import assess_session
from treatments.day_of import DayOfAnswers, is_of_the_day, own_findings
from treatments.findings import Finding
from treatments.formulary_db import current_formulary
from treatments.gates import MIN_REASON, Decision, Gate, decide
from treatments.models import InjectionSession, SessionSite, Vial
from treatments.session_facts import facts_of_session, left_in
from treatments.session_findings import Reason, merged, reasons_of, texts
from treatments.session_made import Made, dose_from, one_of
from treatments.session_refusals import ReasonsMissing, SessionIncomplete, Stopped, VialOverdrawn


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A session that can be signed, as it would be. `parts`: the units from each vial, preparation by preparation."""

    injected_at: datetime
    sites: Sequence[SessionSite]
    total: Decimal
    made: Sequence[Made]
    parts: Sequence[tuple[Vial, Decimal]]
    findings: Sequence[Finding]
    decision: Decision
    reasons: Mapping[str, Reason]
    statement: str


def weigh(session: InjectionSession, signature: Signature, made: Sequence[Made], *, by: User, now: datetime) -> Weighed:
    """Return what the signature would write.

    Raises:
        SessionIncomplete: what is missing, by name.
        VialOverdrawn: a vial holds less than is to be taken from it.
        Stopped: the data cannot be right.
        ReasonsMissing: an override without its reason.
    """
    sites = list(session.sites.select_related("muscle", "preparation"))
    injected_at = signature.injected_at or session.injected_at or now
    _refuse_incomplete(session, sites, made, injected_at, now)
    total = sum((site.units for site in sites), Decimal(0))
    parts = _parts(made, sites)
    formulary = current_formulary()
    asked = facts_of_session(
        session,
        formulary=formulary,
        used_at=injected_at,
        sites=sites,
        made=made,
        declared_total=signature.declared_total,
    )
    answers = DayOfAnswers.from_json(session.day_of_check)
    findings = (*own_findings(answers, asked.treatment_consent), *assess_session(asked, formulary))
    reasons = merged(reasons_of(session), signature.reasons, by=by, now=now)
    decision = decide(findings, Gate.SIGNING, texts(reasons))
    if decision.stopped_by:
        raise Stopped(decision.stopped_by)
    if decision.needs_reason:
        raise ReasonsMissing(decision.needs_reason)
    statement = (signature.statement.strip() or session.given_despite) if decision.given_despite else ""
    if decision.given_despite and len(statement) < MIN_REASON:
        raise SessionIncomplete(["statement"])
    return Weighed(
        injected_at=injected_at,
        sites=sites,
        total=total,
        made=made,
        parts=parts,
        findings=findings,
        decision=decision,
        reasons=reasons,
        statement=statement,
    )


def named(vial: Vial) -> str:
    """Return a vial as a person calls it: "C7731A3 A"."""
    return f"{vial.lot.number} {vial.label}"


def _refuse_incomplete(
    session: InjectionSession, sites: Sequence[SessionSite], made: Sequence[Made], injected_at: datetime, now: datetime
) -> None:
    zone = session.location.zone
    missing = []
    if session.checked_at is None:
        missing.append("day_of_check")
    elif not is_of_the_day(session.checked_at, injected_at, zone):
        missing.append("day_of_check_is_old")
    if not made:
        missing.append("preparation")
    if not sites:
        missing.append("sites")
    if made and any(one_of(made, site.preparation_id) is None for site in sites):
        missing.append("preparation_of_a_site")
    if injected_at > now:
        missing.append("injected_at")
    if session.patient.born_on is not None and day_of(injected_at, zone) < session.patient.born_on:
        missing.append("injected_before_birth")
    if day_of(injected_at, zone) < day_of(session.started_at, zone) and not session.is_late_entry:
        missing.append("late_entry")
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
            raise VialOverdrawn(named(one.vials[emptiest]), sum(lefts, Decimal(0))) from error
        parts += zip(one.vials, shares, strict=True)
    return parts
