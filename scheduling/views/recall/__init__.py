"""The recall list as pages: work it from the top, write down calls, take it along on paper or as a table."""

from scheduling.views.recall.calls import give_up, log_call, take_back, take_up_again, undo_call
from scheduling.views.recall.chart import patient_calls
from scheduling.views.recall.page import recall_list
from scheduling.views.recall.paper import printed, table

__all__ = (
    "give_up",
    "log_call",
    "patient_calls",
    "printed",
    "recall_list",
    "table",
    "take_back",
    "take_up_again",
    "undo_call",
)
