"""The beat's scheduler: Celery's own, and not put to sleep when the host's clock is set back."""

import time
from typing import Any

from celery.beat import Scheduler


class SteadyScheduler(Scheduler):
    """Counts from the new time where the clock went back: Celery's would wait until it had caught up, silently."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen = time.time()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Ask for what is due."""
        now = time.time()
        if now < self._seen:
            for entry in self.schedule.values():
                entry.last_run_at = entry.default_now()
            self._heap = None
        self._seen = now
        return float(super().tick(*args, **kwargs))
