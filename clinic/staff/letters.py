"""Letters to staff about their own account: the invitation, and a new password. No word of what the clinic treats."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.locations.letterhead import written
from clinic.locations.models import Location
from clinic.outbox.links import Links
from clinic.outbox.registry import Later, LetterKind, Promise, Recipient, Rendered, Suppressed
from clinic.staff import inviting, passwords
from clinic.staff.links import token_of
from clinic.staff.models import StaffLink, User


class StaffLetter(LetterKind):
    """A letter with a link to set a password. Somebody waits for it: any hour."""

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:  # noqa: ARG002 - the outbox's shape
        """The address on file now, while the account is open."""
        user = User.objects.get(public_id=promise.person)
        if not user.is_active:
            return Suppressed(reason="may_not_sign_in", where="closed", text=_("This person no longer works here."))
        return Recipient(address=user.email, name=user.full_name, language="en", zone=letterhead(user).time_zone)

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While its link opens."""
        if StaffLink.objects.live(now).filter(public_id=promise.about).exists():
            return None
        return Suppressed(reason="link_ended", where="closed", text=_("Its link would not open any more."))

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """The letter with its link: the same link each time it is written."""
        link = StaffLink.objects.select_related("user").get(public_id=promise.about)
        place = letterhead(link.user)
        context = {
            "href": links.to("staff:letter", token=token_of(link)),
            "until": link.expires_at.astimezone(place.zone).replace(tzinfo=None),
            "address": link.user.email,
        }
        return written(self.slug, place, name=recipient.name, context=context)


class StaffInvitation(StaffLetter):
    """Welcome, and the link to set the first password."""

    slug: ClassVar[str] = inviting.LETTER
    title = gettext_lazy("Invitation of a colleague")


class StaffPassword(StaffLetter):
    """The link to set a new password."""

    slug: ClassVar[str] = passwords.LETTER
    title = gettext_lazy("New password of a colleague")


def letterhead(user: User) -> Location:
    """Return the location in whose name a person is written to: theirs, else the clinic's first."""
    place = user.locations.order_by("-is_active", "name").first() or Location.objects.order_by("pk").first()
    return place or Location(name="Interval", sender_name="Interval")


KINDS: tuple[type[StaffLetter], ...] = (StaffInvitation, StaffPassword)
