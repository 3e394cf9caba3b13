"""Policies and what a change of one does, in sentences for the manager."""

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.locations.models import Location
from scheduling.foreseeing import Effect
from scheduling.models import ReplannedThing, Replanning
from scheduling.policies import VisitRules
from scheduling.timing import Schedule
from treatments.models import ConditionVersion


def step(days: int) -> str:
    """Say when a step goes."""
    if days == 0:
        return _("on the day")
    if days < 0:
        return ngettext("%(n)s day before", "%(n)s days before", -days) % {"n": -days}
    return ngettext("%(n)s day after", "%(n)s days after", days) % {"n": days}


def schedule(one: Schedule) -> str:
    """Say when the letters of a follow-up go and when a person calls."""
    if not one.steps:
        return _("No letter: a person calls")
    steps = ", ".join(step(days) for days in sorted(rule.days for rule in one.steps))
    call = ngettext("call %(n)s day later", "call %(n)s days later", one.call_after_days) % {"n": one.call_after_days}
    return f"{steps}; {call}"


def rules(one: VisitRules, *, is_injection: bool) -> str:
    """Say which letters go around a visit; of those after a session where sessions are what it is for."""
    days = ngettext("%(days)s day before", "%(days)s days before", max(one.reminder_days_before, default=0)) % {
        "days": _(" and ").join(str(number) for number in one.reminder_days_before)
    }
    parts = [_("reminder %(days)s") % {"days": days} if one.reminder_days_before else _("no reminder")]
    if one.sends_aftercare and is_injection:
        parts.append(_("advice after a session"))
    if one.asks_check_ins and is_injection:
        parts.append(_("check-ins"))
    return ", ".join(parts)


def place(one: Location) -> str:
    """Say when the letters of a location go."""
    said = _("letters from %(start)s to %(until)s") % {
        "start": time_format(one.mail_from, "H:i"),
        "until": time_format(one.mail_until, "H:i"),
    }
    if not one.closed_weekdays:
        return said
    days = ", ".join(str(WEEKDAYS[day]) for day in sorted(one.closed_weekdays))
    return said + "; " + _("closed every %(days)s") % {"days": days}


def effect(one: Effect) -> list[str]:
    """Say what a change does to letters, a sentence each."""
    said = []
    if one.moved:
        said.append(
            ngettext(
                "%(n)s letter that has not gone moves to another day.",
                "%(n)s letters that have not gone move to another day.",
                one.moved,
            )
            % {"n": one.moved}
        )
    if one.at_once:
        said.append(
            ngettext(
                "%(n)s of them goes today: its new day has gone by.",
                "%(n)s of them go today: their new day has gone by.",
                one.at_once,
            )
            % {"n": one.at_once}
        )
    if one.taken_back:
        said.append(
            ngettext("%(n)s letter is taken back.", "%(n)s letters are taken back.", one.taken_back)
            % {"n": one.taken_back}
        )
    if one.owed:
        said.append(
            ngettext("%(n)s letter is owed that was not.", "%(n)s letters are owed that were not.", one.owed)
            % {"n": one.owed}
        )
    if one.is_none:
        said.append(_("No letter that is owed now changes. What is owed from now on follows the change."))
    if one.gone:
        said.append(
            ngettext(
                "%(n)s letter that has gone stays, and does not go again.",
                "%(n)s letters that have gone stay, and do not go again.",
                one.gone,
            )
            % {"n": one.gone}
        )
    return said


def progress(row: Replanning) -> str:
    """Say how far a change has got."""
    counts = {"done": row.done, "total": row.total, "moved": row.moved, "back": row.taken_back, "owed": row.owed}
    if row.thing == ReplannedThing.VISITS:
        done = _("%(done)s of %(total)s visits planned anew") % counts
    else:
        done = _("%(done)s of %(total)s follow-ups planned anew") % counts
    return f"{done}. " + _("Letters: %(moved)s moved, %(back)s taken back, %(owed)s owed anew.") % counts


def scope(row: Replanning, conditions: dict[str, str]) -> str:
    """Say what a change is about."""
    if row.location:
        return row.location.name
    if row.appointment_type:
        return str(row.appointment_type.name)
    return conditions.get(row.condition_key, row.condition_key) if row.condition_key else _("All conditions")


def condition_names() -> dict[str, str]:
    """Return the conditions of the catalogue by key, by name. One query."""
    found = {row.key: row.name for row in ConditionVersion.objects.current()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].lower()))


def day(value: object) -> str:
    """Say a day as the clinic does."""
    return date_format(value, "D j M Y")  # type: ignore[arg-type] # Django's stub asks for a datetime
