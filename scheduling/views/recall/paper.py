"""The list to take along: a call sheet for paper, and a table to save."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from clinic.lib.tables import write_table
from clinic.staff.access import role_required
from clinic.staff.models import Role
from patients.closing import mark_closed
from scheduling import recall
from scheduling.models import CallOutcome
from scheduling.recall import Contact
from scheduling.views.recall import words
from scheduling.views.recall.asked import Asked, asked_of
from scheduling.views.recall.log import outcome_words

ON_PAPER, IN_A_TABLE = 200, 5_000
"""So many at most: nobody rings more in a day, and a table is asked for again with a narrower filter."""
CALLS_ON_PAPER = 3
BOXES = ("no_answer", "left_message", "will_book", "books_now", "wants_later", "wrong_number", "declined", "elsewhere")
HEADS = (
    "name", "record_number", "phone", "location", "clinician", "group", "to_be_back", "earliest", "days_overdue",
    "last_letter", "last_letter_state", "last_call", "last_call_outcome", "last_call_note", "calls_in_vain",
    "ring_again_on",
)  # fmt: skip


@require_safe
@role_required(Role.FRONT_DESK, Role.MANAGER)
def printed(request: HttpRequest) -> HttpResponse:
    """Show the rows for paper, with room to write."""
    asked = asked_of(request, request.GET)
    found = _taken_along(asked, most=ON_PAPER, verb="recall.printed")
    return render(
        request,
        "scheduling/recall_print.html",
        {
            "location": asked.places[0] if len(asked.places) == 1 else None,
            "today": asked.today,
            "chosen": _chosen(asked),
            "rows": [
                {
                    "follow_up": row,
                    "badge": words.TITLES[row.group],
                    "why": words.WHY.get(row.reason, ""),
                    "ago": words.ago(row.book_by_on, asked.today),
                    "zone": row.location.zone,
                    "calls": [(call, outcome_words(call)) for call in contact.calls[:CALLS_ON_PAPER]],
                }
                for row, contact in found
            ],
            "boxes": [CallOutcome(key).label for key in BOXES],
            "left_out": max(0, _all_of(asked) - len(found)),
        },
    )


@require_safe
@role_required(Role.FRONT_DESK, Role.MANAGER)
def table(request: HttpRequest) -> HttpResponse:
    """Hand out the rows as a table, without a clinical column."""
    asked = asked_of(request, request.GET)
    found = _taken_along(asked, most=IN_A_TABLE, verb="recall.exported")
    answer = HttpResponse(write_table(HEADS, _cells(found, asked)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="recall-{asked.today:%Y-%m-%d}.csv"'
    return answer


def _taken_along(asked: Asked, *, most: int, verb: str) -> list[tuple[Any, Contact]]:
    """Return the rows with what was tried, and write down who took how many along."""
    rows = list(recall.rows(user=asked.user, today=asked.today, wanted=asked.wanted)[:most])
    contacts = recall.contacts(rows, now=asked.now)
    mark_closed([row.patient for row in rows], asked.user)
    with transaction.atomic():
        record(by=asked.user, verb=verb, thing=asked.user, detail={"rows": len(rows), "group": asked.wanted.group})
    return [(row, contacts[row.pk]) for row in rows]


def _all_of(asked: Asked) -> int:
    return next(one.count for one in asked.counts if one.key == asked.wanted.group)


def _chosen(asked: Asked) -> str:
    """Say what the sheet shows: the tab, and what it was narrowed by."""
    wanted, parts = asked.wanted, [str(words.TITLES[asked.wanted.group])]
    for name in ("location", "clinician"):
        if getattr(wanted, name) and name in asked.form.fields:
            shown = dict(asked.form.fields[name].widget.choices).get(str(getattr(wanted, name)), "")
            parts.append(str(shown).rsplit(" (", 1)[0])
    if wanted.text:
        parts.append(f"“{wanted.text}”")
    if wanted.since:
        parts.append(_("to be back from %(day)s") % {"day": words.full(wanted.since)})
    if wanted.until:
        parts.append(_("to be back until %(day)s") % {"day": words.full(wanted.until)})
    return " · ".join(part for part in parts if part)


def _cells(found: list[tuple[Any, Contact]], asked: Asked) -> Iterator[tuple[str, ...]]:
    for row, contact in found:
        zone = row.location.zone
        letter, call = next(iter(contact.letters), None), next(iter(contact.calls), None)
        yield (
            row.patient.name,
            str(row.patient.record_number),
            "" if row.patient.is_closed else row.patient.phone,
            row.location.name,
            row.plan.clinician.full_name,
            str(words.TITLES[row.group]),
            row.book_by_on.isoformat(),
            row.earliest_on.isoformat(),
            str(max(0, (asked.today - row.book_by_on).days)),
            words.letter(letter, zone) if letter else "",
            letter.get_state_display() if letter else "",
            f"{call.called_at.astimezone(zone):%Y-%m-%d %H:%M}" if call else "",
            call.get_outcome_display() if call else "",
            call.note if call else "",
            str(contact.calls_in_vain),
            row.call_again_on.isoformat() if row.call_again_on else "",
        )
