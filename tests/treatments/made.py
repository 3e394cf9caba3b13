"""Facts for the rules, valid unless a test changes them: a first PREEMPT session of an adult, nothing to remark."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from treatments.facts import Birth, Flag, Lot, PlanFacts, Preparation, SessionFacts, Site, VialUse
from treatments.formulary import Formulary
from treatments.muscles import protocol_sites
from treatments.site_dosing import PREEMPT

FORMULARY = Formulary.from_files()
ONA, ABO, INCO, RIMA, DAXI = (
    "onabotulinumtoxinA",
    "abobotulinumtoxinA",
    "incobotulinumtoxinA",
    "rimabotulinumtoxinB",
    "daxibotulinumtoxinA",
)
STUNNOX, BOTOGENIE = "indian_bonta_stunnox", "indian_bonta_botogenie"
SCM = "sternocleidomastoid"
DAY = date(2026, 3, 30)
MADE_AT = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
ALL_CLEARED = dict.fromkeys(FORMULARY.questions, Flag.CLEARED)
ENOUGH_HEADACHE = {
    "headache_days": Decimal(20),
    "migraine_days": Decimal(12),
    "simple_analgesic_days": Decimal(5),
    "triptan_opioid_combination_days": Decimal(0),
}


def site(muscle: str = "temporalis", side: str | None = "left", units: str = "5", **changes: Any) -> Site:
    """One needle entry."""
    return Site(**{"ref": "1", "muscle": muscle, "side": side, "units": Decimal(units), **changes})


def preempt_sites(units: str = "5", volume_ml: str = "0.1") -> tuple[Site, ...]:
    """The 31 sites of the protocol."""
    laid = protocol_sites(FORMULARY.protocol(PREEMPT), FORMULARY)
    return tuple(
        site(
            item.muscle,
            item.side,
            units,
            ref=str(place),
            point=item.point,
            volume_ml=Decimal(volume_ml),
        )
        for place, item in enumerate(laid, start=1)
    )


def plan_values(**changes: Any) -> dict[str, Any]:
    """The values of a plan nothing is to be said about."""
    return {
        "product": ONA,
        "conditions": ("chronic_migraine",),
        "region": "IN",
        "on": DAY,
        "birth": Birth(1980, 5, 17),
        "prior": (),
        "sites": preempt_sites(),
        "flags": ALL_CLEARED,
        "has_offlabel_consent": False,
        "protocol": PREEMPT,
        "numbers": ENOUGH_HEADACHE,
        **changes,
    }


def plan(**changes: Any) -> PlanFacts:
    """A plan."""
    return PlanFacts(**plan_values(**changes))


def session(**changes: Any) -> SessionFacts:
    """A session: one vial of 200 units in 4 mL, used half an hour later, 155 given and 45 wasted."""
    values = plan_values(
        infection={item.place: Flag.CLEARED for item in preempt_sites()},
        declared_total=Decimal(155),
        preparations=(preparation(),),
        vials=(vial(),),
        drawn_units=Decimal(155),
    )
    return SessionFacts(**{**values, **changes})


def preparation(**changes: Any) -> Preparation:
    """200 units in 4 mL of saline."""
    return Preparation(
        **{
            "ref": "P1",
            "units": Decimal(200),
            "diluent": "saline",
            "diluent_ml": Decimal(4),
            "reconstituted_at": MADE_AT,
            "used_at": MADE_AT.replace(minute=30),
            **changes,
        }
    )


def lot(**changes: Any) -> Lot:
    """A lot in date."""
    return Lot(**{"number": "0012345", "expires_on": date(2027, 1, 31), **changes})


def vial(**changes: Any) -> VialUse:
    """A vial of 200 that balances."""
    return VialUse(
        **{
            "ref": "A",
            "vial_units": Decimal(200),
            "given": Decimal(155),
            "wasted": Decimal(45),
            "is_closed": True,
            "patients": ("one",),
            "lot": lot(),
            **changes,
        }
    )
