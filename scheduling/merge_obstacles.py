"""What of the calendar must be settled before two records of one person can become one."""

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import Patient
from scheduling.models import Appointment, FollowUp, WaitingEntry


def of_the_calendar(*, merged: Patient, survivor: Patient) -> list[str]:
    """Return a sentence for each visit of the one that overlaps one of the other, and for each list both wait on.

    The visits and follow-ups that will move are locked here, visits first, as every deed of the calendar locks them.
    """
    both = (merged, survivor)
    for rows in (Appointment.objects.not_over(), FollowUp.objects.live()):
        list(rows.filter(patient__in=both).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    held = Appointment.objects.holding_their_time()
    meeting = held.filter(patient=survivor, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
    twice = held.filter(Exists(meeting), patient=merged).select_related("location").order_by("starts_at")
    waited = WaitingEntry.objects.waiting().filter(patient=survivor, type=OuterRef("type"))
    lists = WaitingEntry.objects.waiting().filter(Exists(waited), patient=merged).values_list("type__name", flat=True)
    return [
        *(_("Both have a visit on %(when)s: cancel one first.") % {"when": _when(visit)} for visit in twice),
        *(_("Both wait for “%(type)s”: take one off the waiting list first.") % {"type": name} for name in lists),
    ]


def _when(visit: Appointment) -> str:
    local = visit.starts_at.astimezone(visit.location.zone)
    return f"{date_format(local, 'D j M Y')}, {date_format(local, 'H:i')}"
