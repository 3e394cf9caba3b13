"""The words patients read of the treatment: a clinician reads and confirms each leaflet in each language."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.lib.languages import speaking
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments import leaflets
from treatments.models import Leaflet
from treatments.views.leaflets import shown

READERS: Final = (Role.CLINICIAN, Role.MANAGER)


@require_safe
@role_required(*READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """List the leaflets with, for each language, whether a clinician confirmed the words."""
    in_each = {code: {one.slug: one for one in leaflets.leaflets_in(code)} for code, _name in settings.LANGUAGES}
    rows = [
        (leaflet, [(code, name, in_each[code][leaflet.slug]) for code, name in settings.LANGUAGES])
        for leaflet in in_each[settings.LANGUAGE_CODE].values()
    ]
    open_ones = sum(not hasattr(one, "review") for _leaflet, each in rows for _code, _name, one in each)
    languages = [name for _code, name in settings.LANGUAGES]
    context = {"nav": "catalogue", "rows": rows, "languages": languages, "open_ones": open_ones}
    return render(request, "treatments/leaflet_reviews.html", context)


@require_safe
@role_required(*READERS)
def words(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Show one leaflet in one language as patients read it, each number with the way to its value."""
    user, this = signed_in(request), _asked(slug, language)
    with speaking(language):
        read = shown(this)
    context = read | {
        "nav": "catalogue",
        "language": language,
        "languages": [(code, name, code == language) for code, name in settings.LANGUAGES],
        "location": next(iter(user.open_places), None) or Location(),
        "may_confirm": user.role == Role.CLINICIAN and this.is_published and not hasattr(this, "review"),
    }
    return render(request, "treatments/leaflet_words.html", context)


@require_POST
@role_required(Role.CLINICIAN)
def confirm(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Note that this clinician read the words and stands by them."""
    user, this = signed_in(request), _asked(slug, language)
    if not this.is_published or request.POST.get("seen") != this.words_hash:
        messages.error(request, _("The words have changed since you opened this page. Please read them again."))
    else:
        leaflets.confirm(leaflet=this, by=user, now=clock.now())
        messages.success(request, _("Confirmed. If the words change, they are to be read again."))
    return redirect("treatments:leaflet_words", slug, language)


def _asked(slug: str, language: str) -> Leaflet:
    """Return the newest words of a leaflet in exactly this language, or 404."""
    for leaflet in leaflets.leaflets_in(language) if language in dict(settings.LANGUAGES) else ():
        if (leaflet.slug, leaflet.language) == (slug, language):
            return leaflet
    raise Http404
