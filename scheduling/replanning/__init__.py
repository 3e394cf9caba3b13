"""Bring letters that are owed already to a changed policy, batch by batch, wherever it was stopped."""

from scheduling.replanning.scope import concerned, follow_ups_of, is_on_its_way_to
from scheduling.replanning.sweeping import batch, start, sweep

__all__ = ("batch", "concerned", "follow_ups_of", "is_on_its_way_to", "start", "sweep")
