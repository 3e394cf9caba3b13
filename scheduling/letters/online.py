"""The code that shows that an address is that of who books on the web."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy

from clinic.locations.letterhead import written
from clinic.outbox.links import Links
from clinic.outbox.registry import Later, Promise, Recipient, Rendered, Suppressed
from patients.letters import PatientLetter
from scheduling.letters.reminders import no_more
from scheduling.models import OnlineRequest
from scheduling.online import asking


class BookingCode(PatientLetter):
    """Six digits to whoever wrote this address on the web: known here or not, the letter is the same.

    It greets nobody: a stranger wrote the name, and could write anything to anybody in the clinic's name.
    """

    slug: ClassVar[str] = asking.LETTER
    title = gettext_lazy("Code for booking on the web")

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:  # noqa: ARG002 - the outbox's shape
        """Return the address that was written: no record is asked."""
        request = OnlineRequest.objects.select_related("location").filter(public_id=promise.about).first()
        if request is None:
            return no_more(reason="code_not_needed")
        return Recipient(
            address=request.email,
            name="",
            language=request.language,
            zone=request.location.time_zone,
        )

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While it is the newest code, and waited for."""
        request = OnlineRequest.objects.filter(public_id=promise.about).first()
        if request is None or request.code_until is None or request.code_until <= now:
            return no_more(reason="code_not_needed")
        return no_more(reason="newer_code") if str(request.codes_sent) != promise.edition else None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """The letter with its code, which the kept copy does not show."""
        request = OnlineRequest.objects.select_related("location").get(public_id=promise.about)
        code = asking.code_of(request)
        return written(self.slug, request.location, name="", context={"code": code}, secrets=(code,))
