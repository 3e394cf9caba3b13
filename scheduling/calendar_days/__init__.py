"""What the pages of the calendar show of a place: a day, a week, a month, a list; and whether that changed since."""

from scheduling.calendar_days.counting import MonthDay, month
from scheduling.calendar_days.drawing import DrawnColumn, DrawnStretch, draw
from scheduling.calendar_days.gathering import NOBODYS, Column, Head, day_by_clinician, day_by_room, week_of
from scheduling.calendar_days.listing import AgendaDay, agenda, day_list
from scheduling.calendar_days.marking import mark_of

__all__ = (
    "NOBODYS",
    "AgendaDay",
    "Column",
    "DrawnColumn",
    "DrawnStretch",
    "Head",
    "MonthDay",
    "agenda",
    "day_by_clinician",
    "day_by_room",
    "day_list",
    "draw",
    "mark_of",
    "month",
    "week_of",
)
