"""Save a change of times: first say which booked visits it displaces, then save it and list them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.lib.marks import mark_of
from scheduling import displaced
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.querysets import AppointmentQuerySet

SHOWN_AT_MOST = 20


def nothing() -> str:
    """Answer with nothing: no mark to ask for, no way back to offer."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a page is about to save: the draft, its deed, and the visits it may touch."""

    draft: object
    deed: Callable[[], object]
    among: AppointmentQuerySet
    effect: Sequence[str] = ()
    """Sentences about what else saving does; where there are some, they are read first."""
    seen: Callable[[], str] = nothing
    """The mark of what there is now, for a page that a colleague overtook."""
    undo: Callable[[Any], str] = lambda _done: ""
    """The address that takes the deed back, of what the deed returned."""


def save_or_show(
    request: HttpRequest, change: Change, *, now: datetime, template: str, page: dict[str, Any], to: str
) -> HttpResponse:
    """Save a change that displaces nobody, or that was looked at, and lead on; else show what it does.

    Other refusals than a colleague's being faster pass through to the page.
    """
    mark = mark_of(change.draft)
    form: forms.Form = page["form"]
    try:
        hit = displaced.foreseen(change.deed, among=change.among, now=now)
        if request.POST.get("save") != mark and (hit or change.effect):
            page |= {"hit": hit[:SHOWN_AT_MOST], "hit_words": in_it(len(hit)), "more": max(0, len(hit) - SHOWN_AT_MOST)}
            return render(request, template, page | {"effect": change.effect, "looked": mark})
        done = change.deed()
    except PolicyChangedMeanwhile:
        form.add_error(
            None, _("A colleague changed this while the page was open. What you typed is here: saving replaces theirs.")
        )
        return render(request, template, page | {"seen": change.seen()}, status=HTTPStatus.CONFLICT)
    said = _("Saved.") if not hit else _("Saved. %(words)s") % {"words": to_be_moved(len(hit))}
    messages.success(request, said, extra_tags=change.undo(done))
    return redirect("scheduling:to_move" if hit else to)


def in_it(count: int) -> str:
    """Say how many booked visits a change displaces; nothing where none."""
    if not count:
        return ""
    return ngettext("%(n)s booked visit cannot stay.", "%(n)s booked visits cannot stay.", count) % {"n": count}


def to_be_moved(count: int) -> str:
    """Say that so many visits wait."""
    return ngettext("%(n)s visit is to be moved.", "%(n)s visits are to be moved.", count) % {"n": count}
