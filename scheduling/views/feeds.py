"""The address at which a clinician's phone reads when they are busy: their page, the manager's list, the reading."""

import hashlib
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.outbox.links import Links
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from patients.views.by_link import quiet
from scheduling import feeds
from scheduling.errors import FeedChangedMeanwhile
from scheduling.models import CalendarFeed

MOST = 200
"""So many addresses a manager's list shows: one a clinician."""


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def addresses(request: HttpRequest) -> HttpResponse:
    """Show a clinician whether they have an address, a manager who has one."""
    return _page(request)


@require_POST
@role_required(Role.CLINICIAN)
def make(request: HttpRequest) -> HttpResponse:
    """Make the clinician's own address and show it: this once, on no other page."""
    seen = None
    with suppress(ValueError):
        seen = UUID(request.POST.get("version", ""))
    try:
        made = feeds.make_feed(clinician=signed_in(request), seen=seen, now=clock.now())
    except FeedChangedMeanwhile:
        messages.error(
            request, _("An address was made meanwhile. It was shown once; if you did not copy it, make another.")
        )
        return redirect("scheduling:feeds")
    return _page(request, address=Links().to("scheduling:feed", made.token))


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop an address: one's own, or as the manager a colleague's."""
    user = signed_in(request)
    feed = get_object_or_404(CalendarFeed.objects.visible_to(user).select_related("clinician"), public_id=public_id)
    if feeds.stop_feed(feed=feed, by=user, now=clock.now()):
        messages.success(request, _("The address is stopped. It opens nothing any more."))
    else:
        messages.info(request, _("This address was stopped before."))
    return redirect("scheduling:feeds")


@login_not_required
def read(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer a calendar program: the busy times, or that nothing changed since it asked."""
    feed, now = feeds.opened_by(token), clock.now()
    if feed is None:
        return quiet(HttpResponse(_("Nothing is here."), status=HTTPStatus.NOT_FOUND, content_type="text/plain"))
    if request.method not in {"GET", "HEAD"}:
        return quiet(HttpResponseNotAllowed(["GET", "HEAD"]))
    body = feeds.busy_times(feed, now=now)
    feeds.note_read(feed, now=now)
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    quiet(response)
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={int(feeds.LOOK_AGAIN.total_seconds())}"
    return get_conditional_response(request, etag=etag, response=response) or response


def _page(request: HttpRequest, *, address: str = "") -> HttpResponse:
    user = signed_in(request)
    standing = CalendarFeed.objects.visible_to(user).open().select_related("clinician").order_by("clinician__full_name")
    rows: list[dict[str, Any]] = [{"feed": feed, "works": feeds.works(feed)} for feed in standing[:MOST]]
    place = next(iter(user.open_places), None)
    context = {
        "nav": "calendar",
        "rows": rows,
        "mine": rows[0] if user.is_clinician and rows else None,
        "address": address,
        "zone": place.zone if place else None,
    }
    return render(request, "scheduling/feeds.html", context, status=HTTPStatus.OK)
