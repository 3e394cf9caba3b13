"""Links in letters: which record a token opens, for what, and whether it still does.

A link is a capability for one purpose and one thing. The token is derived from the row's public id and the secret key,
so that a letter can be written again with the same link; the database holds its SHA-256 only and opens nothing.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from clinic.lib.link_tokens import derived, derived_again, hashed
from clinic.outbox.refs import Ref, Thing
from patients.link_refusals import LinkExpired, LinkRefused, LinkRevoked, LinkUnknown, LinkUsed, TokenLost
from patients.models import AccessLink, Patient


def make_link(
    *, purpose: str, patient: Patient, about: Thing, now: datetime, expires_at: datetime
) -> tuple[AccessLink, str]:
    """Make a link for one purpose and return it with its token, the only time the token needs no asking."""
    ref = Ref.to(about)
    link = AccessLink(
        purpose=purpose,
        patient=patient,
        about_type=ref.type,
        about_public_id=ref.public_id,
        made_at=now,
        expires_at=expires_at,
        sent_to=address_of(patient),
    )
    token = derived(_salt(link), link.public_id)
    link.token_hash = hashed(token)
    link.save(force_insert=True)
    return link, token


def link_for(
    *, purpose: str, patient: Patient, about: Thing, now: datetime, expires_at: datetime
) -> tuple[AccessLink, str]:
    """Return the link this person holds for this thing and purpose, or make it: a letter written twice has one link.

    One with less than half of that life left is given the whole: no letter carries a link about to end.
    """
    ref = Ref.to(about)
    held = (
        live_links(now)
        .filter(purpose=purpose, patient=patient, about_type=ref.type, about_public_id=ref.public_id)
        .filter(sent_to=address_of(patient))
        .order_by("-made_at", "-id")
    )
    for link in held:
        try:
            token = token_for(link)
        except TokenLost:
            continue
        if link.expires_at - now < (expires_at - now) / 2:
            live_links(now).filter(pk=link.pk).update(expires_at=expires_at)
            link.expires_at = expires_at
        return link, token
    return make_link(purpose=purpose, patient=patient, about=about, now=now, expires_at=expires_at)


def token_for(link: AccessLink) -> str:
    """Return the token of a link that was made before.

    Raises:
        TokenLost: it was made under a secret key that this installation no longer knows.

    """
    token = derived_again(_salt(link), link.public_id, token_hash=link.token_hash)
    if token is None:
        raise TokenLost
    return token


def open_link(token: str, purpose: str, now: datetime) -> AccessLink:
    """Return the link of a token, for this purpose alone. Changes nothing.

    Raises:
        LinkUnknown: nothing was ever promised by this token for this purpose.
        LinkUsed, LinkRevoked, LinkExpired: it no longer opens.

    """
    link = AccessLink.objects.select_related("patient").filter(token_hash=hashed(token), purpose=purpose).first()
    if link is None:
        raise LinkUnknown
    _refuse_dead(link, now)
    return link


def spent_link(token: str, purpose: str, now: datetime) -> AccessLink | None:
    """Return a link that was used in its time and not ended by anything else: whoever holds it is who used it."""
    try:
        open_link(token, purpose, now)
    except LinkUsed as refusal:
        return refusal.link if refusal.link is not None and refusal.link.expires_at > now else None
    except LinkRefused:
        return None
    return None


def use_link(link: AccessLink, *, now: datetime) -> None:
    """Spend a link that dies on use, inside the deed's transaction: of two presses one wins.

    Raises:
        LinkUsed, LinkRevoked, LinkExpired: somebody was quicker.

    """
    if not live_links(now).filter(pk=link.pk).update(used_at=now):
        link.refresh_from_db()
        _refuse_dead(link, now)
        raise LinkUnknown
    link.used_at = now


def revoke_links(*, about: Thing, because: str, now: datetime, purposes: Collection[str] | None = None) -> int:
    """End every live link about a thing (of these purposes); return how many."""
    ref = Ref.to(about)
    links = live_links(now).filter(about_type=ref.type, about_public_id=ref.public_id)
    if purposes is not None:
        links = links.filter(purpose__in=purposes)
    return links.update(revoked_at=now, revoked_because=because)


def restore_links(*, about: Thing, because: str, now: datetime) -> int:
    """Let links work again whose end was taken back; return how many. What was used stays used."""
    ref = Ref.to(about)
    ended = AccessLink.objects.filter(about_type=ref.type, about_public_id=ref.public_id, revoked_because=because)
    return ended.filter(expires_at__gt=now).update(revoked_at=None, revoked_because="")


def revoke_links_of(*, patient: Patient, because: str, now: datetime, about: Collection[UUID] | None = None) -> int:
    """End every live link a person holds, or those about these things; return how many.

    For an address that changed, a death, rows that became another record's.
    """
    held = live_links(now).filter(patient=patient)
    if about is not None:
        held = held.filter(about_public_id__in=about)
    return held.update(revoked_at=now, revoked_because=because)


def address_of(patient: Patient) -> str:
    """Return what a link keeps of the address it is sent to; nothing where there is none."""
    return hashed(patient.email.casefold()) if patient.email else ""


def live_links(now: datetime) -> QuerySet[AccessLink]:
    """Links that open at this moment."""
    return AccessLink.objects.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)


def _refuse_dead(link: AccessLink, now: datetime) -> None:
    refusal = _why_dead(link, now)
    if refusal is not None:
        refusal.link = link
        raise refusal


def _why_dead(link: AccessLink, now: datetime) -> LinkRefused | None:
    """The record is asked too, not the link's row alone: whatever wrote it, nobody opens the links of the dead."""
    if link.revoked_at is not None:
        return LinkRevoked(link.revoked_because)
    for because, holds in (
        ("merged", link.patient.merged_into_id),
        ("deceased", link.patient.deceased_on),
        ("restricted", link.patient.restricted_at),
    ):
        if holds is not None:
            return LinkRevoked(because)
    if link.used_at is not None:
        return LinkUsed(link.used_at)
    if link.expires_at <= now:
        return LinkExpired(link.expires_at)
    return None


def _salt(link: AccessLink) -> str:
    return f"patients.links.{link.purpose}"
