"""What a person sees when a form's token had grown too old: what they typed, and one button to send it again.

A sign-in in another tab renews the token, so an honest form can carry an old one. What was typed is handed back only to
a page of this very site: a forged form from elsewhere gets the bare refusal, and nothing is sent without a press.
"""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, get_token
from django.shortcuts import render
from django.urls import reverse

SECRET_WORDS = ("password", "csrfmiddlewaretoken")
MOST_FIELDS = 2000


def failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a refused form. Status 403 in every case: nothing was saved."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=403, headers={"HX-Refresh": "true"})
    fields = _typed(request) if _is_from_here(request) and REASON_BAD_ORIGIN.split("%")[0] not in reason else []
    context: dict[str, Any] = {"fields": fields, "action": request.get_full_path(), "token": get_token(request)}
    return render(request, "403_csrf.html", context, status=403)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the form; sign-in itself is typed anew."""
    if request.path == reverse("staff:sign_in"):
        return False
    origin = request.headers.get("Origin", "")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    return bool(origin) and urlsplit(origin).netloc == request.get_host()


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed, without secrets; files cannot be handed back."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if not any(word in name for word in SECRET_WORDS)
        for value in values
    ][:MOST_FIELDS]
