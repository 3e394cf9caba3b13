"""Pages about times and places: locations, closed days, types of visit, hours, leave, extra clinics."""

from scheduling.views.supply.away import extra, leave, restore_extra, restore_leave, take_back_extra, take_back_leave
from scheduling.views.supply.closed import closed_days
from scheduling.views.supply.giving import given
from scheduling.views.supply.hours import hours
from scheduling.views.supply.overview import overview
from scheduling.views.supply.places import new_place, place
from scheduling.views.supply.types import new_type, visit_type

__all__ = (
    "closed_days",
    "extra",
    "given",
    "hours",
    "leave",
    "new_place",
    "new_type",
    "overview",
    "place",
    "restore_extra",
    "restore_leave",
    "take_back_extra",
    "take_back_leave",
    "visit_type",
)
