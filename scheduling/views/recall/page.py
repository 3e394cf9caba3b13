"""The recall list: its tabs, its filters, one page of rows, and the row whose call is written down."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from clinic.lib.days import day_of
from scheduling import call_outcomes, recall
from scheduling.forms_recall import CallForm, GiveUpForm
from scheduling.models import CallOutcome, FollowUp
from scheduling.views.recall import words
from scheduling.views.recall.asked import Asked, asked_of
from scheduling.views.recall.log import Happened, so_far
from scheduling.views.recall.rows import Row, rows_of

PER_PAGE = 50


@require_GET
def recall_list(request: HttpRequest) -> HttpResponse:
    """Show one tab of the list with the counts of all."""
    return list_page(request, request.GET)


def list_page(
    request: HttpRequest,
    query: QueryDict,
    *,
    refused: CallForm | None = None,
    giving_up: GiveUpForm | None = None,
    opened: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the list as an address asks for it; with a refused form, the row stays open and nothing typed is lost."""
    asked = asked_of(request, query)
    found = recall.rows(user=asked.user, today=asked.today, wanted=asked.wanted)
    page: Page[FollowUp] = Paginator(found, PER_PAGE).get_page(query.get("page"))
    rows = rows_of(asked, _shown(asked, page, opened), page=page.number)
    is_open = str(opened or query.get("open", ""))
    current = next((row for row in rows if str(row.follow_up.public_id) == is_open), None)
    group = asked.wanted.group
    return render(
        request,
        "scheduling/recall_list.html",
        {
            "nav": "recall",
            "today": asked.today,
            "tabs": _tabs(asked),
            "group": group,
            "title": words.TITLES[group],
            "to_ask": recall.to_ask(user=asked.user, now=asked.now) if group in {recall.NOW, "call"} else (),
            "form": asked.form,
            "is_narrowed": asked.wanted.is_narrowed,
            "page": page,
            "rows": [(row, row.facts, words.ago(row.follow_up.book_by_on, asked.today)) for row in rows],
            "drawer": _drawer(current, asked, refused, giving_up) if current else None,
            "query": asked.encoded,
            "snoozed": next(one.count for one in asked.counts if one.key == "snoozed"),
            "may_take_along": not asked.user.is_clinician,
            "home": reverse("scheduling:recall"),
        },
        status=status,
    )


def _shown(asked: Asked, page: "Page[FollowUp]", opened: UUID | None) -> list[FollowUp]:
    """Return the rows of the page, before them the one that was refused if it has left this tab meanwhile."""
    rows = list(page.object_list)
    if opened is None or opened in {row.public_id for row in rows}:
        return rows
    left = recall.one(user=asked.user, today=asked.today, public_id=opened)
    return [left, *rows] if left else rows


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    """Return the tabs; the rare one only while it holds somebody."""
    kept = QueryDict(asked.encoded, mutable=True)
    tabs = []
    for one in asked.counts:
        if one.key == "early" and not one.count and asked.wanted.group != "early":
            continue
        kept["group"] = one.key
        tabs.append(
            {"key": one.key, "title": words.TITLES[one.key], "count": one.count, "href": f"?{kept.urlencode()}"}
        )
    return tabs


def _drawer(row: Row, asked: Asked, refused: CallForm | None, giving_up: GiveUpForm | None) -> dict[str, Any]:
    """Return what the open row shows: what was tried, and the form for the next call."""
    location = row.follow_up.location
    today = day_of(asked.now, location.zone)
    closures = set(location.closures.filter(on__gte=today).values_list("on", flat=True))
    usual = {
        key: call_outcomes.again_on(
            key, today=today, closed_weekdays=location.closed_weekdays, closures=closures
        )
        for key in call_outcomes.OUTCOMES
    }  # fmt: skip
    form = refused or CallForm(today=today, initial={"version": row.follow_up.version})
    happened: list[Happened] = so_far(row.follow_up, row.contact)
    chosen = form["outcome"].value()
    return {
        "id": row.follow_up.public_id,
        "form": form,
        "giving_up": giving_up,
        "so_far": happened,
        "zone": location.zone,
        "outcomes": [
            {"key": key, "label": label, "again_on": usual[key], "is_chosen": chosen == key}
            for key, label in CallOutcome.choices
        ],
        "calls_in_vain": row.contact.calls_in_vain if row.contact.may_give_up else 0,
        "way_on": row.way_on,
    }
