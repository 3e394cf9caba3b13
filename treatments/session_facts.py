"""A session as the rules are asked about it: rows in, plain values out. Starts from the facts of its plan."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal

from clinic.lib.days import day_of
from treatments import elsewhere
from treatments.apportion import NotEnough, apportion
from treatments.day_of import DayOfAnswers, flags_today, given_elsewhere, infection_today
from treatments.facts import NOT_COUNTED, Lot, PlanFacts, Preparation, SessionFacts, Site, VialUse
from treatments.formulary import Formulary, Point
from treatments.models import Draw, InjectionSession, SessionSite, Vial
from treatments.models.stock import DrawKind
from treatments.newer_form import told_since
from treatments.plan_facts import facts_of_plan
from treatments.session_made import Made, dose_from, made_of, one_of


def facts_of_session(
    session: InjectionSession,
    *,
    formulary: Formulary,
    used_at: datetime,
    sites: Iterable[SessionSite] | None = None,
    made: Sequence[Made] | None = None,
    declared_total: Decimal | None = None,
) -> SessionFacts:
    """Return what the rules need to know of a session whose injection is at `used_at`.

    `made` stands for what is about to be made up, or was read before; left out, it is the session's own.
    """
    rows = list(session.sites.select_related("muscle")) if sites is None else list(sites)
    made = made_of(session) if made is None else made
    values = tuple(site_as_value(row, made) for row in rows)
    total = sum((row.units for row in rows), Decimal(0))
    base = facts_of_plan(
        session.plan,
        on=day_of(used_at, session.location.zone),
        formulary=formulary,
        sites=values,
        but_not=session,
        used_at=used_at,
    )
    answers = DayOfAnswers.from_json(session.day_of_check)
    today = {
        "flags": flags_today(told_since(session.plan, base.flags, formulary), answers),
        "infection": infection_today(answers),
        "prior": elsewhere.with_told(base.prior, given_elsewhere(answers)),
        "inr": answers.inr,
        "deep_muscles_ticked": answers.deep_ticked,
        "product": session.product.key,
        "conditions": (session.condition.key,),
    }
    planned = {item.name: getattr(base, item.name) for item in fields(PlanFacts)}
    uses, drawn = _uses(made, rows, session)
    return SessionFacts(
        **(planned | today),
        declared_total=declared_total if declared_total is not None else total,
        preparations=tuple(preparation_as_value(one, used_at=used_at) for one in made),
        vials=uses,
        drawn_units=drawn,
    )


def site_as_value(row: SessionSite, made: Sequence[Made] = ()) -> Site:
    """Return one needle entry as the rules read it."""
    one = one_of(made, row.preparation_id)
    return Site(
        ref=str(row.public_id),
        muscle=row.muscle.key,
        side=row.side,
        units=row.units,
        volume_ml=row.volume_ml,
        point=Point(row.figure, row.x, row.y),
        preparation=one.ref if one else "",
    )


def preparation_as_value(one: Made, *, used_at: datetime) -> Preparation:
    """Return a preparation as the rules read it."""
    return Preparation(
        ref=one.ref,
        units=one.row.total_units,
        diluent=one.row.diluent,
        diluent_ml=one.row.diluent_ml,
        reconstituted_at=one.row.reconstituted_at,
        used_at=used_at,
    )


def left_in(vial: Vial) -> Decimal:
    """Return the units the ledger says are still in a vial; none once it is closed."""
    return Decimal(0) if vial.closed_at else vial.units - vial.drawn_units


def _uses(
    made: Sequence[Made], sites: Sequence[SessionSite], session: InjectionSession
) -> tuple[tuple[VialUse, ...], Decimal | None]:
    """Return each vial with its ledger as it would be after this session, and what is drawn in all."""
    vials = [vial for one in made for vial in one.vials]
    if not vials:
        return (), None
    wasted: dict[int, Decimal] = defaultdict(Decimal)
    patients: dict[int, set[str]] = defaultdict(set)
    lines = Draw.objects.filter(vial__in=vials).values_list(
        "vial_id", "kind", "units", "session__patient__public_id", "session__void__kind"
    )
    for vial_id, kind, units, patient, void_kind in lines:
        if kind == DrawKind.WASTED:
            wasted[vial_id] += units
        elif kind == DrawKind.GIVEN and void_kind not in NOT_COUNTED:
            patients[vial_id].add(str(patient))
    parts = [part for one in made for part in _parts(one, dose_from(one, made, sites))]
    labels = Counter(vial.label for vial in vials)
    uses = tuple(
        VialUse(
            ref=vial.label if labels[vial.label] == 1 else f"{vial.lot.number} {vial.label}",
            vial_units=vial.units,
            given=vial.drawn_units - wasted[vial.pk] + part,
            wasted=wasted[vial.pk],
            is_closed=vial.closed_at is not None,
            patients=tuple(sorted(patients[vial.pk] | {str(session.patient.public_id)})),
            lot=lot_as_value(vial),
        )
        for vial, part in zip(vials, parts, strict=True)
    )
    return uses, sum(parts, Decimal(0))


def _parts(one: Made, dose: Decimal) -> tuple[Decimal, ...]:
    """Return what each vial gives; where they hold too little, the last shows the overdraw."""
    lefts = [left_in(vial) for vial in one.vials]
    try:
        return apportion(dose, lefts)
    except NotEnough:
        return (*lefts[:-1], dose - sum(lefts[:-1], Decimal(0)))


def lot_as_value(vial: Vial) -> Lot:
    """Return the lot of a vial as the rules read it."""
    lot = vial.lot
    return Lot(
        number=lot.number,
        expires_on=lot.expires_on,
        state=lot.state,
        had_excursion=lot.had_excursion,
        excursion_low_c=lot.excursion_low_c,
        excursion_high_c=lot.excursion_high_c,
    )
