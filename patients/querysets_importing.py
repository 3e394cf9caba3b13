"""Questions to the table of imports."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from clinic.staff.models import User


class ImportQuerySet(models.QuerySet[Any]):
    """Imports, asked in the clinic's words."""

    def visible_to(self, user: "User") -> "ImportQuerySet":
        """Those into the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def at_work(self) -> "ImportQuerySet":
        """The one that a worker has in hand, or is about to."""
        return self.filter(state__in=("checking", "saving", "undoing"))

    def read_like(self, heads_key: str) -> "ImportQuerySet":
        """Earlier ones of files with the same head line whose columns somebody chose, the newest first."""
        return self.filter(heads_key=heads_key).exclude(state="choosing").order_by("-id")
