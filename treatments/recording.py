"""A session while it is a draft: start it from its plan, check the patient today, log the sites."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from treatments.assessment import assess_day_of, assess_session
from treatments.day_of import DayOfAnswers, own_findings
from treatments.errors import EditedMeanwhile, NothingToCopy
from treatments.formulary_db import current_formulary
from treatments.gates import Decision, Gate, decide
from treatments.models import InjectionSession, MuscleVersion, Plan, PlanState, SessionSite
from treatments.models.findings import Gate as KeptGate
from treatments.previous import comparable
from treatments.session_facts import facts_of_session
from treatments.session_findings import keep_findings, keep_reasons, merged, reasons_of, texts
from treatments.session_refusals import PlanNotActive, SessionSigned
from treatments.session_versions import pin_versions
from treatments.session_volumes import set_volumes

COPIED = ("muscle_id", "side", "figure", "x", "y", "units", "position")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEntry:
    """One row of the sites table as typed. The page names its rows, new ones too, so a row saved twice is one row."""

    public_id: UUID
    muscle: str
    side: str
    figure: str
    x: Decimal
    y: Decimal
    units: Decimal
    preparation: UUID | None = None
    """What it is from, where the session has several preparations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HowDone:
    """How it was done, beside the sites. `injected_at` is None for "when it is signed".

    `clinician_id` is None where it stays whose it is. The assistant is one of the staff, or a name, or nobody.
    """

    clinician_id: int | None = None
    assistant_id: int | None = None
    assistant_name: str = ""
    needle: str = ""
    guidance: str = ""
    pain_nrs: int | None = None
    immediate_reaction: str = ""
    aftercare_given: bool = False
    note: str = ""
    injected_at: datetime | None = None
    given_despite: str = ""

    def changes(self) -> dict[str, object]:
        """Return the columns to write."""
        return {name: value for name, value in asdict(self).items() if (name, value) != ("clinician_id", None)}


@transaction.atomic
def start_session(
    *, plan: Plan, by: User, now: datetime, copied_from: InjectionSession | None = None
) -> InjectionSession:
    """Open a draft with the plan's sites, or return the one that is open: a plan has one draft.

    `copied_from` is a signed session of the plan whose sites are taken instead: muscle, side, point and units, in
    their order. What belongs to a day is never copied: answers, vials, dilution, times, how it was done. Nor is a dose
    of another product: since the plan was given another, its numbers mean something else.

    Raises:
        PlanNotActive: the plan is not (or no longer) active.
        NothingToCopy: `copied_from` is not a signed session of the plan that stands, with the plan's product.
    """
    if copied_from is not None and (
        copied_from.plan_id != plan.pk or not copied_from.is_signed or hasattr(copied_from, "void")
    ):
        raise NothingToCopy
    plan = Plan.objects.select_related("patient", "location", "product", "condition").get(pk=plan.pk)
    if copied_from is not None and comparable(copied_from, plan.product.key) is None:
        raise NothingToCopy
    if plan.state != PlanState.ACTIVE:
        raise PlanNotActive
    session = InjectionSession(
        patient=plan.patient,
        plan=plan,
        clinician=by,
        location=plan.location,
        product=plan.product,
        condition=plan.condition,
        started_at=now,
    )
    pin_versions(session)
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "session_one_draft_a_plan":
            raise
        return InjectionSession.objects.get(plan=plan, signed_at__isnull=True)
    sites = (copied_from or plan).sites.all()
    SessionSite.objects.bulk_create(
        SessionSite(session=session, **{name: getattr(site, name) for name in COPIED}) for site in sites
    )
    detail = {"copied_from": str(copied_from.public_id)} if copied_from else {}
    record(by=by, verb="session.started", thing=session, patient=plan.patient, detail=detail)
    return session


@transaction.atomic
def save_day_of_check(
    *,
    session: InjectionSession,
    version: int,
    answers: DayOfAnswers,
    reasons: Mapping[str, str],
    by: User,
    now: datetime,
) -> Decision:
    """Keep what was asked and answered today, with what the rules say of it; return the gate's decision.

    The answers are kept even where the gate stays shut: what was asked was asked.

    Raises:
        EditedMeanwhile: somebody saved the session since the page was opened.
        SessionSigned: it is frozen.
    """
    claim(session, version, day_of_check=answers.as_json(), checked_at=now)
    session = draft_of(session)
    formulary = current_formulary()
    asked = facts_of_session(session, formulary=formulary, used_at=session.injected_at or now)
    findings = (*own_findings(answers, asked.treatment_consent), *assess_day_of(asked, formulary))
    given = merged(reasons_of(session), reasons, by=by, now=now)
    keep_findings(session, KeptGate.DAY_OF, findings, given, now=now)
    record(by=by, verb="session.checked", thing=session, patient=session.patient)
    return decide(findings, Gate.DAY_OF, texts(given))


@transaction.atomic
def save_sites(
    *,
    session: InjectionSession,
    version: int,
    sites: Sequence[SiteEntry],
    how: HowDone,
    reasons: Mapping[str, str],
    by: User,
    now: datetime,
) -> InjectionSession:
    """Keep the sites, how it was done and the reasons typed so far. Rows that did not change are left alone.

    Raises:
        EditedMeanwhile: somebody saved the session since the page was opened; nothing of it was overwritten.
        SessionSigned: it is frozen.
    """
    claim(session, version, **how.changes())
    session = draft_of(session)
    _write(session, sites)
    set_volumes(session)
    formulary = current_formulary()
    asked = facts_of_session(session, formulary=formulary, used_at=session.injected_at or now)
    answers = DayOfAnswers.from_json(session.day_of_check)
    findings = (*own_findings(answers, asked.treatment_consent), *assess_session(asked, formulary))
    keep_reasons(session, findings, merged(reasons_of(session), reasons, by=by, now=now), now=now)
    return session


def claim(session: InjectionSession, version: int, **changes: object) -> None:
    """Write to the draft and take the next version, if nobody did since `version`: one statement asks and acts."""
    won = InjectionSession.objects.filter(pk=session.pk, version=version, signed_at__isnull=True).update(
        version=F("version") + 1, **changes
    )
    if not won:
        theirs = draft_of(session)
        raise SessionSigned if theirs.is_signed else EditedMeanwhile(theirs)


def draft_of(session: InjectionSession) -> InjectionSession:
    """Return the session as it stands, with what its facts need."""
    found: InjectionSession = InjectionSession.objects.select_related(
        "patient",
        "clinician",
        "assistant",
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
    ).get(pk=session.pk)
    return found


def _write(session: InjectionSession, sites: Sequence[SiteEntry]) -> None:
    """Bring the rows to what was typed: new ones added, changed ones changed, missing ones taken off the draft."""
    rows = {row.public_id: row for row in session.sites.select_related("muscle")}
    muscles = {
        muscle.key: muscle
        for muscle in MuscleVersion.objects.current().filter(key__in={entry.muscle for entry in sites})
    }
    made = dict(session.preparations.values_list("public_id", "pk"))
    named = {entry.public_id for entry in sites} - rows.keys()
    taken = set(SessionSite.objects.filter(public_id__in=named).values_list("public_id", flat=True))
    kept, new = set(), []
    for position, entry in enumerate(sites):
        row = rows.get(entry.public_id)
        values = {
            "side": entry.side,
            "figure": entry.figure,
            "x": entry.x,
            "y": entry.y,
            "units": entry.units,
            "position": position,
            "preparation_id": made.get(entry.preparation) if entry.preparation else None,
        }
        if row is None:
            own = uuid4() if entry.public_id in taken else entry.public_id  # another session's row keeps its name
            new.append(SessionSite(session=session, public_id=own, muscle=muscles[entry.muscle], **values))
            continue
        kept.add(row.pk)
        if row.muscle.key != entry.muscle or any(getattr(row, name) != value for name, value in values.items()):
            row.muscle = muscles[entry.muscle]
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    SessionSite.objects.filter(session=session, pk__in={row.pk for row in rows.values()} - kept).delete()
    SessionSite.objects.bulk_create(new)
