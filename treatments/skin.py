"""The skin of a place that was not planned: looked at when it is decided to inject there, kept with the check."""

from collections.abc import Mapping

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from treatments.day_of import CLEAR_SKIN, INFECTED
from treatments.models import InjectionSession
from treatments.session_refusals import SessionSigned


@transaction.atomic
def note_skin(*, session: InjectionSession, seen: Mapping[str, str], by: User) -> InjectionSession:
    """Add what was seen at its further "muscle:side" places to the day-of check; return the session as it stands.

    An answer given before stays: it changes in the day-of check itself. The session takes its next version, so a
    day-of check opened elsewhere cannot overwrite the answer unseen.

    Raises:
        SessionSigned: it is frozen.
    """
    if not seen:
        return session
    locked = InjectionSession.objects.select_for_update().get(pk=session.pk)
    if locked.is_signed:
        raise SessionSigned
    before = dict(locked.day_of_check.get("infection", {}))
    here = {f"{muscle}:{side}" for muscle, side in locked.sites.values_list("muscle__key", "side")} - before.keys()
    new = {place: seen[place] for place in here & seen.keys() if seen[place] in (CLEAR_SKIN, INFECTED)}
    if not new or locked.checked_at is None:
        return session
    session.day_of_check = locked.day_of_check | {"infection": before | new}
    session.version = locked.version + 1
    InjectionSession.objects.filter(pk=session.pk).update(day_of_check=session.day_of_check, version=session.version)
    record(by=by, verb="session.skin_looked_at", thing=session, patient=session.patient)
    return session
