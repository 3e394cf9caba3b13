"""The wording of the letters: what each says to an invented patient, in each language, and who confirmed it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.lib import clock
from clinic.lib.plain import inbox_line
from clinic.locations.models import Location
from clinic.outbox import registry
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from scheduling import samples, wording
from scheduling.errors import WordingChanged

READERS = (Role.MANAGER, Role.FRONT_DESK)
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A letter's own styles and nothing else: no script, no picture, no way out of its frame."""


@role_required(*READERS)
@require_GET
def wordings(request: HttpRequest) -> HttpResponse:
    """List the letters with, for each language, whether the clinic confirmed the words."""
    found = wording.wordings()
    rows = [(registry.kind_for(slug).title, in_each) for slug, in_each in found.items()]
    languages = [name for _code, name in settings.LANGUAGES]
    open_ones = sum(one.is_translated and one.review is None for in_each in found.values() for one in in_each)
    return render(
        request,
        "scheduling/wordings.html",
        {"nav": "messages", "rows": rows, "languages": languages, "open_ones": open_ones},
    )


@role_required(*READERS)
@require_GET
def one_wording(request: HttpRequest, letter: str, language: str) -> HttpResponse:
    """Show one letter in one language: as mail programs show it, and as text."""
    user, found = signed_in(request), _asked(letter, language)
    forms = samples.in_language(letter, language, at=_place(user))
    number = _number(request.GET.get("form", "0"), len(forms))
    _sample, shown = forms[number]
    this = found[language]
    return render(
        request,
        "scheduling/wording.html",
        {
            "nav": "messages",
            "title": registry.kind_for(letter).title,
            "wording": this,
            "found": [(one, one.language == language) for one in found.values()],
            "forms": [(at, sample.name, at == number) for at, (sample, _shown) in enumerate(forms) if sample.name],
            "number": number,
            "shown": shown,
            "inbox_line": inbox_line(shown.html),
            "may_confirm": user.role == Role.MANAGER and this.is_translated and this.review is None,
        },
    )


@role_required(*READERS)
@require_GET
def framed(request: HttpRequest, letter: str, language: str, number: int) -> HttpResponse:
    """Show the HTML of a sample by itself, for the frame of its page."""
    _asked(letter, language)
    forms = samples.in_language(letter, language, at=_place(signed_in(request)))
    _sample, shown = forms[_number(str(number), len(forms))]
    return HttpResponse(shown.html, headers={"Content-Security-Policy": FRAMED, "X-Frame-Options": "SAMEORIGIN"})


@role_required(Role.MANAGER)
@require_POST
def confirm(request: HttpRequest, letter: str, language: str) -> HttpResponse:
    """Note that this person read the words and stands by them."""
    user = signed_in(request)
    _asked(letter, language)
    try:
        wording.confirm(letter=letter, language=language, seen=request.POST.get("seen", ""), by=user, now=clock.now())
    except WordingChanged:
        messages.error(request, _("The words have changed since you opened this page. Please read them again."))
    else:
        messages.success(request, _("Confirmed. If the words change, they are to be read again."))
    return redirect("scheduling:wording", letter, language)


def _asked(letter: str, language: str) -> dict[str, wording.Wording]:
    """Return the wordings of a letter by language; 404 for one that is not ours."""
    found = {one.language: one for one in wording.wordings(letter).get(letter, [])}
    if language not in found:
        raise Http404
    return found


def _place(user: User) -> Location:
    """Return where the reader works: its name, phone and emergency number stand in the letter."""
    return next(iter(user.open_places), None) or samples.place()


def _number(text: str, count: int) -> int:
    return min(int(text), count - 1) if text.isascii() and text.isdecimal() and len(text) < 3 else 0  # noqa: PLR2004 - two digits
