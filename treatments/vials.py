"""Lots and vials: expiry, recall and storage (R07), the ledger's balance (R10), one patient a vial (R26). Pure.

Source: docs/sources.md#stock
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from treatments.facts import Lot, VialUse
from treatments.findings import ARITHMETIC, Finding, Level, Source, Value, Wording, gettext_noop
from treatments.formulary import Product
from treatments.quantities import same_units

PRINTED_ON_THE_PACK = Source(text="label: the printed expiry", confidence="label")
SINGLE_DOSE = Source(text="label: single-dose, single-patient vial", confidence="label")
RECALLED, QUARANTINED = "recalled", "quarantined"

IN_DATE = Wording("R07.in_date", gettext_noop("Lot {lot} may be used until the end of {expires_on}"))
EXPIRED = Wording("R07.expired", gettext_noop("Lot {lot} expired at the end of {expires_on}"))
NO_EXPIRY = Wording("R07.no_expiry", gettext_noop("The expiry of lot {lot} is not recorded"))
NO_LOT = Wording("R07.no_lot", gettext_noop("No lot is recorded"))
IS_RECALLED = Wording("R07.recalled", gettext_noop("Lot {lot} is recalled"))
IS_QUARANTINED = Wording("R07.quarantined", gettext_noop("Lot {lot} is in quarantine"))
EXCURSION = Wording(
    "R07.excursion",
    gettext_noop("Lot {lot} was outside its storage temperature"),
    gettext_noop("Use it only with a reason."),
)
EXCURSION_ALLOWED = Wording(
    "R07.excursion_allowed", gettext_noop("Lot {lot} reached {high_c} degrees C; unopened it may be kept up to {max_c}")
)
BALANCES = Wording("R10.balances", gettext_noop("Vial {vial}: {given} units given and {wasted} wasted of {held}"))
OVERDRAWN = Wording(
    "R10.overdrawn",
    gettext_noop("Vial {vial} holds {held} units; {taken} are taken from it"),
    gettext_noop("Correct the draws, or name the second vial."),
)
UNACCOUNTED = Wording(
    "R10.unaccounted",
    gettext_noop("Vial {vial} is closed with {missing} units unaccounted for"),
    gettext_noop("{given} given and {wasted} wasted of {held}."),
)
DRAWS_DIFFER = Wording(
    "R10.draws_differ",
    gettext_noop("{drawn} units are drawn from the vials, {given} are given at the sites"),
    gettext_noop("They must be the same before the session is signed."),
)
DRAWS_MISSING = Wording("R10.draws_missing", gettext_noop("No draw from a vial is recorded"))
DRAWS_MATCH = Wording("R10.draws_match", gettext_noop("The draws match the sites: {given} units"))
ONE_PATIENT = Wording("R26.one_patient", gettext_noop("Vial {vial} was drawn for one patient"))
SHARED = Wording(
    "R26.shared",
    gettext_noop("Vial {vial} was drawn for {count} patients"),
    gettext_noop("The label calls it a single-dose vial for one patient."),
)


def expiry_finding(expires_on: date | None, used_on: date, *, lot: str = "", subject: str = "") -> Finding:
    """R07: usable to the end of the printed day, in the clinic's calendar; after it, a block."""
    values: dict[str, Value] = {"lot": lot}
    if expires_on is None:
        level, wording = Level.OVERRIDE, NO_EXPIRY
    else:
        values["expires_on"] = expires_on
        level, wording = (Level.OK, IN_DATE) if used_on <= expires_on else (Level.BLOCK, EXPIRED)
    return Finding(rule="R07", level=level, wording=wording, source=PRINTED_ON_THE_PACK, values=values, subject=subject)


def lot_findings(lot: Lot | None, product: Product, used_on: date, *, subject: str = "") -> tuple[Finding, ...]:
    """R07 for one lot: expiry, state, storage excursion."""
    if lot is None:
        return (Finding(rule="R07", level=Level.OVERRIDE, wording=NO_LOT, source=PRINTED_ON_THE_PACK, subject=subject),)
    found = [expiry_finding(lot.expires_on, used_on, lot=lot.number, subject=subject)]
    states = {RECALLED: IS_RECALLED, QUARANTINED: IS_QUARANTINED}
    if lot.state in states:
        found.append(
            Finding(
                rule="R07",
                level=Level.BLOCK,
                wording=states[lot.state],
                source=Source(text="the clinic's stock"),
                values={"lot": lot.number},
                subject=subject,
            )
        )
    if lot.had_excursion:
        found.append(_excursion(lot, product, subject))
    return tuple(found)


def _excursion(lot: Lot, product: Product, subject: str) -> Finding:
    storage = product.storage
    values: dict[str, Value] = {"lot": lot.number}
    is_allowed = storage.allows(lot.excursion_low_c, lot.excursion_high_c)
    if is_allowed and lot.excursion_high_c is not None and storage.max_c is not None:
        values |= {"high_c": lot.excursion_high_c, "max_c": storage.max_c}
    return Finding(
        rule="R07",
        level=Level.OK if is_allowed else Level.OVERRIDE,
        wording=EXCURSION_ALLOWED if is_allowed else EXCURSION,
        source=storage.source,
        values=values,
        subject=subject,
    )


def balance_finding(vial: VialUse) -> Finding:
    """R10 for one vial: never more out than it held; once closed, every unit accounted for."""
    taken = vial.given + vial.wasted
    level, wording = Level.OK, BALANCES
    if taken > vial.vial_units and not same_units(taken, vial.vial_units):
        level, wording = Level.BLOCK, OVERDRAWN
    elif vial.is_closed and not same_units(taken, vial.vial_units):
        level, wording = Level.BLOCK, UNACCOUNTED
    return Finding(
        rule="R10",
        level=level,
        wording=wording,
        source=ARITHMETIC,
        values={
            "vial": vial.ref,
            "held": vial.vial_units,
            "given": vial.given,
            "wasted": vial.wasted,
            "taken": taken,
            "missing": vial.vial_units - taken,
        },
        subject=vial.ref,
    )


def draws_finding(drawn: Decimal | None, given: Decimal) -> Finding:
    """R10 for the session: what was drawn from the vials is what was given at the sites."""
    if drawn is None:
        level, wording, drawn = Level.BLOCK, DRAWS_MISSING, Decimal(0)
    elif same_units(drawn, given):
        level, wording = Level.OK, DRAWS_MATCH
    else:
        level, wording = Level.BLOCK, DRAWS_DIFFER
    return Finding(rule="R10", level=level, wording=wording, source=ARITHMETIC, values={"drawn": drawn, "given": given})


def sharing_finding(patients: Iterable[str], *, vial: str = "") -> Finding:
    """R26: a vial is for one patient; a second needs a reason, and is recorded openly."""
    count = len(set(patients))
    return Finding(
        rule="R26",
        level=Level.OVERRIDE if count > 1 else Level.OK,
        wording=SHARED if count > 1 else ONE_PATIENT,
        source=SINGLE_DOSE,
        values={"vial": vial, "count": count},
        subject=vial,
    )
