"""The recall list in the desk's words: no clinical one."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.outbox.models import Letter
from scheduling import recall
from scheduling.models import FollowUp
from scheduling.standing import OPEN

TITLES = {
    recall.NOW: gettext_lazy("To work"),
    "early": gettext_lazy("Booked too early"),
    "call": gettext_lazy("To call"),
    "silent": gettext_lazy("Silent"),
    "overdue": gettext_lazy("Overdue"),
    "unreachable": gettext_lazy("Unreachable"),
    "due": gettext_lazy("Due"),
    "reminded": gettext_lazy("Reminded"),
    "snoozed": gettext_lazy("Snoozed"),
    "clinician": gettext_lazy("Clinician"),
    "booked": gettext_lazy("Booked"),
    "later": gettext_lazy("Later"),
}
TONES = {"due": "info", "reminded": "plain", "snoozed": "plain", "clinician": "plain", "booked": "ok", "later": ""}
"""All others are work: amber."""
WHY = {
    "day_has_passed": gettext_lazy("the session was typed in after the day to be back"),
    "opted_out": gettext_lazy("wants no reminders"),
    "no_address": gettext_lazy("has no e-mail"),
    "address_suspended": gettext_lazy("e-mail came back"),
    "plan_paused": gettext_lazy("waits for the clinician"),
    "no_effect": gettext_lazy("waits for the clinician"),
    "serious_event": gettext_lazy("waits for the clinician"),
    "wearing_off": gettext_lazy("says it is wearing off"),
    "visit_cancelled": gettext_lazy("cancelled the visit"),
    "visit_no_show": gettext_lazy("did not come"),
    "visit_left": gettext_lazy("left without being seen"),
    "visit_gone_by": gettext_lazy("visit went by, nothing written down"),
    "visit_too_early": gettext_lazy("booked before the earliest day: move it"),
    "minimum_interval": gettext_lazy("put off by another treatment"),
    "failed": gettext_lazy("letter could not be delivered"),
    "uncertain": gettext_lazy("not known whether the letter arrived"),
}
STEPS = {
    "1": gettext_lazy("Reminder"),
    "2": gettext_lazy("2nd reminder"),
    "3": gettext_lazy("3rd reminder"),
}
LETTER_TONES = {"sent": "ok", "failed": "due", "uncertain": "due"}


def tone(group: str) -> str:
    """Return the colour of a group's badge."""
    return TONES.get(group, "due")


def ago(day: date, today: date) -> str:
    """Say how far a day is: 25 days ago, yesterday, today, in 4 days."""
    days = (today - day).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days > 0:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return ngettext("in %(n)d day", "in %(n)d days", -days) % {"n": -days}


def short(day: date) -> str:
    """Say a day near today: 22 Feb."""
    return date_format(day, "j M")


def step(row: Letter) -> str:
    """Say which letter: 2nd reminder."""
    return str(STEPS.get(row.step, row.title))


def letter(row: Letter, zone: ZoneInfo) -> str:
    """Say which letter and when: 2nd reminder, 11 Feb."""
    at: datetime = row.sent_at or row.due_at
    return f"{step(row)}, {short(at.astimezone(zone).date())}"


def meanwhile(theirs: FollowUp) -> str:
    """Say kindly what became of a row that somebody else was faster with."""
    name = theirs.patient.name
    if theirs.state == "booked":
        return _("%(name)s is booked by now: nobody needs to ring. Nothing was written down.") % {"name": name}
    if theirs.state in OPEN:
        return _("Somebody worked the row of %(name)s meanwhile. See below what was written down; then save yours.") % {
            "name": name
        }
    return _("%(name)s is off the list by now: “%(state)s”. Nothing was written down.") % {
        "name": name,
        "state": theirs.get_state_display(),
    }


def full(day: date) -> str:
    """Say a day with its year: 5 Mar 2027."""
    return date_format(day, "j M Y")
