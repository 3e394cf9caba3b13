"""Pages of the calendar: a day, a week, a month, a list; and what is done on them by hand."""

from scheduling.views.calendar.book_here import book_here
from scheduling.views.calendar.months import agenda, month
from scheduling.views.calendar.panel import panel
from scheduling.views.calendar.placing import place, put_back, until
from scheduling.views.calendar.printed import printed
from scheduling.views.calendar.sheets import day, sheet, week

__all__ = ("agenda", "book_here", "day", "month", "panel", "place", "printed", "put_back", "sheet", "until", "week")
