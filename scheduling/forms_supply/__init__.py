"""What a manager sets about times and places, parsed into drafts."""

from scheduling.forms_supply.away import ExtraForm, LeaveForm
from scheduling.forms_supply.closed import ClosedForm
from scheduling.forms_supply.giving import GivenForm
from scheduling.forms_supply.hours import WeekForm
from scheduling.forms_supply.keeping import KeepForm
from scheduling.forms_supply.places import PlaceFactsForm
from scheduling.forms_supply.types import TypeForm

__all__ = (
    "ClosedForm",
    "ExtraForm",
    "GivenForm",
    "KeepForm",
    "LeaveForm",
    "PlaceFactsForm",
    "TypeForm",
    "WeekForm",
)
