"""Forgotten, set by a letter's link, changed when signed in."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff import passwords
from clinic.staff.access import signed_in
from clinic.staff.errors import LinkEnded, LinkUnknown
from clinic.staff.forms import ForgottenForm, NewPasswordForm, OwnPasswordForm
from clinic.staff.links import link_by_id, link_of_token

KEY: Final = "staff_link"
"""Where this browser's session keeps which link it opened: the token leaves the address at once."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a letter with a link. Everybody gets the same answer, known here or not."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "staff/forgotten.html", {"form": form})
    passwords.ask(email=form.cleaned_data["email"], now=clock.now())
    messages.info(
        request,
        _("If this address has an account here, an e-mail with a link is on its way. It works for one hour."),
    )
    return redirect("staff:sign_in")


@login_not_required
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """Take a link's token out of the address and lead on to its page. Opens nothing and spends nothing."""
    try:
        link = link_of_token(token, clock.now())
    except (LinkUnknown, LinkEnded) as refusal:
        return _quiet(_closed(request, refusal))
    request.session.cycle_key()  # a session somebody else put into this browser learns nothing
    request.session[KEY] = str(link.public_id)
    return _quiet(redirect("staff:set_password"))


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """Set the password of the account whose link this browser opened."""
    now = clock.now()
    try:
        link = link_by_id(UUID(request.session.get(KEY, str(UUID(int=0)))), now)
        form = NewPasswordForm(link.user, request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return render(request, "staff/set_password.html", {"form": form, "account": link.user})
        passwords.set_by_link(link=link, password=form.cleaned_data["new_password1"], now=now)
    except (LinkUnknown, LinkEnded) as refusal:
        return _closed(request, refusal)
    request.session.pop(KEY, None)
    messages.success(request, _("Your password is set. Sign in with it."))
    return redirect("staff:sign_in")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """Change the own password; this browser stays signed in, the others do not."""
    user = signed_in(request)
    form = OwnPasswordForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "staff/own_password.html", {"form": form})
    changed = passwords.change_own(user=user, password=form.cleaned_data["new_password1"], now=clock.now())
    update_session_auth_hash(request, changed)
    messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
    return redirect("scheduling:today")


def _closed(request: HttpRequest, refusal: LinkUnknown | LinkEnded) -> HttpResponse:
    status = HTTPStatus.GONE if isinstance(refusal, LinkEnded) else HTTPStatus.NOT_FOUND
    return render(request, "staff/link_closed.html", status=status)


def _quiet(response: HttpResponse) -> HttpResponse:
    """Keep the page's address to itself."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
