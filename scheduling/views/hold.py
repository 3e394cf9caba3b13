"""Hold all letters, or let them go again: the manager's switch, with what either does said first."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.outbox import deeds as outbox
from clinic.outbox import holding, restored
from clinic.outbox.holding import Waiting
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from scheduling.forms import HoldForm, ReleaseForm


@role_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Show the switch; a press turns it. Pressed twice it is turned once: the form says which way."""
    user, now = signed_in(request), clock.now()
    found = holding.waiting(now=now)
    is_automatic = found.hold is not None and found.hold.started_by_id is None
    if (answer := _turned_already(request, found)) is not None:
        return answer
    form: forms.Form
    if found.hold is None:
        form = HoldForm(request.POST or None)
    else:
        form = ReleaseForm(request.POST or None, initial={"earlier": "doubt" if is_automatic else "send"})
    if request.method == "POST" and form.is_valid():
        return _turn(request, form, user, found)
    return render(
        request,
        "scheduling/hold.html",
        {"nav": "messages", "form": form, "found": found, "is_automatic": is_automatic, "reason": _reason(found)},
        status=200 if request.method == "GET" else 422,
    )


def _turned_already(request: HttpRequest, found: Waiting) -> HttpResponse | None:
    """Answer a press of a page on which the switch stood the other way: a colleague was quicker."""
    if "reason" in request.POST and found.hold is not None:
        messages.info(request, _("The letters are held already. The reason of whoever was quicker stands."))
        return redirect("scheduling:hold")
    if "earlier" in request.POST and found.hold is None:
        messages.info(request, _("The letters were released already."))
        return redirect("scheduling:messages")
    return None


def _turn(request: HttpRequest, form: forms.Form, user: User, found: Waiting) -> HttpResponse:
    now = clock.now()
    if found.hold is None:
        held = outbox.hold_all(by=user, now=now, reason=form.cleaned_data["reason"])
        text = ngettext("%(n)d letter is held. Nothing goes out.", "%(n)d letters are held. Nothing goes out.", held)
        messages.success(request, text % {"n": held})
    else:
        holding.release(by=user, now=now, doubt_earlier=form.cleaned_data["earlier"] == "doubt")
        messages.success(request, _("The letters go again, one after another."))
    return redirect("scheduling:messages")


def _reason(found: Waiting) -> str:
    if found.hold is None:
        return ""
    return _(restored.REASON) if found.hold.reason == restored.REASON else found.hold.reason
