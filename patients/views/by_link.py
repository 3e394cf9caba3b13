"""Pages opened by a link in a letter: no sign-in, the address stays here, a kind page for every dead link."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.db import TAKES_NO_ROWS, violated
from clinic.lib.languages import for_patients, speaking
from clinic.locations.models import Location
from patients.errors import RecordKept
from patients.link_refusals import LinkExpired, LinkRefused, LinkRevoked, TokenLost
from patients.links import live_links, open_link, token_for
from patients.models import AccessLink, Intake, Language
from patients.views.link_endings import DONE, because_of, sentence

P = ParamSpec("P")
LinkView = Callable[Concatenate[HttpRequest, AccessLink, P], HttpResponseBase]
Told = Callable[[AccessLink, str, datetime], str]
"""What became of the matter of a dead link: (link, what ended it, now) -> a sentence for a stranger's eyes, or ""."""

CSRF_FIELD: Final = "csrfmiddlewaretoken"
READ_IN: Final = "links_read_in"
BACK: Final = "own_page_that_led_here"
PASSED: Final = "passed_links"
PASSED_FOR: Final = timedelta(hours=1)
"""How long a browser stays recognised for a link after the last thing it did there."""
CODE_SHOWN: Final = "links_shown_by_code"
CODE_SHOWN_FOR: Final = timedelta(minutes=30)
"""Counted from the code, however busy the page is: a phone may be another's in an hour."""


class LinkCsrf(CsrfViewMiddleware):
    """Django's check for pages that send no referrer: browsers then name no origin either ("null").

    The token in the form must still match the one in the cookie; only the unnamed origin is let through. Where the
    cookie is gone (the browser was closed), what was typed is handed back with a fresh token and one button: whoever
    posts here knows the link's own token, which a forger does not.
    """

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseBase:
        if request.headers.get("Origin", "null") != "null":
            return cast("HttpResponseBase", super()._reject(request, reason))  # type: ignore[misc] # as below
        typed = [(key, value) for key, values in request.POST.lists() for value in values if key != CSRF_FIELD]
        context = {"typed": typed, "action": request.path, "location": only_place()}
        return render(request, "patients/link_again.html", context, status=403)

    def _origin_verified(self, request: HttpRequest) -> bool:
        return request.META["HTTP_ORIGIN"] == "null" or bool(super()._origin_verified(request))  # type: ignore[misc] # Django's own hook, untyped


link_csrf = decorator_from_middleware(LinkCsrf)


def link_page(
    purpose: str, *, one_click: Callable[[HttpRequest], bool] = lambda _request: False, told: Told | None = None
) -> Callable[[LinkView[P]], Callable[..., HttpResponseBase]]:
    """Open the page of a link: the view gets the link in place of the token, in the patient's language and zone.

    GET shows and never changes anything: mail scanners open links. Every page is closed to search engines and caches.
    `one_click` says of a POST whether the link itself is all that is asked for: a mail program that presses for its
    reader has no page of ours open (RFC 8058). Any other comes from a form of ours. `told` knows more of what became of
    a dead link's matter than the link itself.
    """

    def opener(view: LinkView[P]) -> Callable[..., HttpResponseBase]:
        checked = link_csrf(view)

        @for_patients
        @csrf_exempt
        @login_not_required
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            link: AccessLink | None = None
            try:
                link = open_link(token, purpose, clock.now())
                link.token = token
                with speaking(language_of(request, link)), timezone.override(link.patient.location.zone):
                    request.LANGUAGE_CODE = get_language() or ""
                    answer = view if request.method == "POST" and one_click(request) else checked
                    return quiet(answer(request, link, *args, **kwargs))
            except LinkRefused as refusal:  # here, or inside the deed: somebody was quicker
                refusal.link = refusal.link or link
                return quiet(refused(request, refusal, told))
            except RecordKept:  # restricted since the page was opened: its links end with it
                ended = LinkRevoked("restricted")
                ended.link = link
                return quiet(refused(request, ended, told))
            except IntegrityError as error:
                if violated(error) != TAKES_NO_ROWS:
                    raise
                ended = LinkRevoked("merged")
                ended.link = link
                return quiet(refused(request, ended, told))

        return page

    return opener


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a page that needs neither sign-in nor link and shows nobody's data."""

    @for_patients
    @login_not_required
    @require_http_methods(["GET", "HEAD"])
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return quiet(view(request, *args, **kwargs))

    return page


def closed(
    request: HttpRequest, told: str = "", location: Location | None = None, *, is_done: bool = False
) -> HttpResponse:
    """Show what happened to a link and what to do now: 410 where it is known (`told`), else 404. It names nobody.

    `is_done`: it did what it was for, so nobody is sent to look for another.
    """
    context = {"location": location or only_place(), "told": told, "is_done": is_done}
    return render(
        request, "patients/link_closed.html", context, status=HTTPStatus.GONE if told else HTTPStatus.NOT_FOUND
    )


def refused(request: HttpRequest, refusal: LinkRefused, told: Told | None = None) -> HttpResponse:
    """Show why a link opens no more, in the language it was read in; an invented one is met like any wrong address."""
    link, because = refusal.link, because_of(refusal)
    if link is None or not because:
        return closed(request)
    patient, expired_at = link.patient, refusal.at if isinstance(refusal, LinkExpired) else None
    with speaking(_last_read_in(request, link)), timezone.override(patient.location.zone):
        request.LANGUAGE_CODE = get_language() or ""
        words = told(link, because, clock.now()) if told else ""
        return closed(
            request,
            words or sentence(because, expired_at=expired_at),
            patient.location,
            is_done=because in DONE,
        )


def only_place() -> Location | None:
    """Return the clinic's location where it has one only: its phone may stand on a page that knows nobody."""
    places = list(Location.objects.filter(is_active=True)[:2])
    return places[0] if len(places) == 1 else None


def quiet(response: HttpResponseBase) -> HttpResponseBase:
    """Keep the page's address to itself."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def has_passed(request: HttpRequest, link: AccessLink, now: datetime) -> bool:
    """Whether this browser showed lately, for this link, that it is the person's."""
    at = request.session.get(PASSED, {}).get(str(link.public_id))
    return at is not None and now - datetime.fromisoformat(at) < PASSED_FOR


def remember(request: HttpRequest, link: AccessLink, now: datetime) -> None:
    """Note in the browser's session, for this link only, that the person was recognised or acted again."""
    known = request.session.get(PASSED, {})
    _until_the_browser_closes(request)
    if not request.user.is_authenticated and str(link.public_id) not in known:
        request.session.cycle_key()  # a session somebody else put into this browser learns nothing
    request.session[PASSED] = {**known, str(link.public_id): now.isoformat()}


def remember_code(request: HttpRequest, link: AccessLink, now: datetime) -> None:
    """Note that the mailed code was typed here, for this link only: for what a date of birth is not enough."""
    remember(request, link, now)
    request.session[CODE_SHOWN] = {**request.session.get(CODE_SHOWN, {}), str(link.public_id): now.isoformat()}


def pass_on(request: HttpRequest, link: AccessLink, other: AccessLink, now: datetime) -> None:
    """Where the code was typed for one link, recognise the browser for another of the same person's, no longer."""
    at = request.session.get(CODE_SHOWN, {}).get(str(link.public_id))
    if closes_at(request, link, now) is not None:
        remember(request, other, now)
        request.session[CODE_SHOWN] = {**request.session[CODE_SHOWN], str(other.public_id): at}


def closes_at(request: HttpRequest, link: AccessLink, now: datetime) -> datetime | None:
    """Return until when this browser is recognised by the mailed code; None where it is not. Not longer by use."""
    at = request.session.get(CODE_SHOWN, {}).get(str(link.public_id))
    until = datetime.fromisoformat(at) + CODE_SHOWN_FOR if at else None
    return until if until and until > now else None


def language_of(request: HttpRequest, link: AccessLink) -> str:
    """Return the language that was chosen in this browser, else the person's own."""
    return str(request.session.get(READ_IN) or link.patient.language)


def _last_read_in(request: HttpRequest, link: AccessLink) -> str:
    """Return the language a link was read in last: a form is left in the one that was chosen on it, on any device."""
    form = Intake.objects.filter(public_id=link.about_public_id, patient=link.patient_id).first()
    return form.language if form else language_of(request, link)


def read_in(request: HttpRequest, language: str) -> None:
    """Show pages of links in this language from now on, in this browser; letters go by the person's own."""
    if language in Language.values:
        _until_the_browser_closes(request)
        request.session[READ_IN] = language


def leads_back(request: HttpRequest, link: AccessLink, other: AccessLink) -> None:
    """Note that the page of one link was reached from that of another, which is the person's own page."""
    _until_the_browser_closes(request)
    request.session[BACK] = {**request.session.get(BACK, {}), str(other.public_id): str(link.public_id)}


def way_back(request: HttpRequest, link: AccessLink) -> str:
    """Return the path of the own page that led here in this browser; nothing where none did."""
    known = request.session.get(BACK, {}).get(str(link.public_id))
    own = live_links(clock.now()).filter(public_id=known, patient=link.patient).first() if known else None
    try:
        return reverse("scheduling:own_page", args=[token_for(own)]) if own else ""
    except TokenLost:
        return ""


def forget(request: HttpRequest) -> None:
    """Recognise this browser no more, for no link: whoever closes one page hands the device on."""
    for key in (PASSED, CODE_SHOWN):
        request.session.pop(key, None)


def _until_the_browser_closes(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        request.session.set_expiry(0)
