"""Draft a plan: as its protocol lays it out, as the last session was given, or by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models import Patient
from treatments.errors import NothingToCopy, NotSuitable, ProtocolHasNoSites
from treatments.formulary_db import current_formulary
from treatments.intervals import Interval
from treatments.models import (
    ConditionVersion,
    Consultation,
    Decision,
    InjectionSession,
    Plan,
    ProductVersion,
    ProtocolVersion,
    RevisionKind,
)
from treatments.plan_sites import SiteDraft, drafts_of, keep_sites, protocol_site_drafts
from treatments.revising import keep_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A plan as it stands on the page."""

    product_key: str
    interval: Interval
    sites: tuple[SiteDraft, ...]
    primary_instrument: str = ""
    note: str = ""


def draft_from_protocol(
    *, patient: Patient, protocol_key: str, by: User, now: datetime, consultation: Consultation | None = None
) -> Plan:
    """Draft a plan as its protocol lays it out: condition, product, interval, every fixed site with its units.

    Raises:
        ProtocolHasNoSites: it gives ranges to read only.
        NotSuitable: the consultation did not decide for treatment.

    """
    formulary = current_formulary()
    protocol = formulary.protocol(protocol_key)
    if not protocol.muscles:
        raise ProtocolHasNoSites
    condition = formulary.condition(protocol.condition)
    weeks = protocol.interval_weeks or condition.effect.default_interval_weeks
    draft = PlanDraft(
        product_key=protocol.product,
        interval=Interval(int(weeks), "weeks"),
        sites=protocol_site_drafts(protocol, formulary),
        primary_instrument=condition.primary_instrument,
    )
    return draft_by_hand(
        patient=patient,
        condition_key=protocol.condition,
        draft=draft,
        protocol_key=protocol_key,
        consultation=consultation,
        by=by,
        now=now,
    )


def draft_from_session(
    *, session: InjectionSession, by: User, now: datetime, consultation: Consultation | None = None
) -> Plan:
    """Draft a plan as a signed session was given: its product, every site with its units, side and point.

    Interval, protocol and score are those of that session's plan. Lot, dilution, times and the day's answers belong to
    a session and are copied nowhere.

    Raises:
        NotSuitable: the consultation did not decide for treatment.
        NothingToCopy: the session is a draft, or was voided.

    """
    if not session.is_signed or hasattr(session, "void"):
        raise NothingToCopy
    before = session.plan
    draft = PlanDraft(
        product_key=session.product.key,
        interval=Interval(before.interval_value, before.interval_unit),
        sites=drafts_of(session),
        primary_instrument=before.primary_instrument,
    )
    return draft_by_hand(
        patient=session.patient,
        condition_key=session.condition.key,
        draft=draft,
        protocol_key=before.protocol.key if before.protocol else "",
        consultation=consultation,
        by=by,
        now=now,
    )


def draft_by_hand(
    *,
    patient: Patient,
    condition_key: str,
    draft: PlanDraft,
    by: User,
    now: datetime,
    protocol_key: str = "",
    consultation: Consultation | None = None,
) -> Plan:
    """Draft a plan from what was typed. Raises `NotSuitable`."""
    if consultation is not None and consultation.decision != Decision.TREAT:
        raise NotSuitable
    with transaction.atomic():
        plan: Plan = Plan.objects.create(
            patient=patient,
            location=patient.location,
            clinician=by,
            consultation=consultation,
            condition=ConditionVersion.objects.current().get(key=condition_key),
            product=ProductVersion.objects.current().get(key=draft.product_key),
            protocol=ProtocolVersion.objects.current().filter(key=protocol_key).first(),
            interval_value=draft.interval.value,
            interval_unit=draft.interval.unit,
            primary_instrument=draft.primary_instrument,
            note=draft.note,
        )
        keep_sites(plan, draft.sites)
        keep_revision(plan, RevisionKind.DRAFTED, by=by, now=now)
        record(by=by, verb="plan.drafted", thing=plan, patient=patient, detail={"at": now.isoformat()})
    return plan
