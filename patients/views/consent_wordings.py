"""The words of consents: a manager reads every version and puts new ones in force, in all languages at once."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.lib import clock
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients.consent_words import WordingWritten, blocks, write_wording
from patients.forms_wording import WordingForm
from patients.models import ConsentText, Language
from patients.models.consents import ConsentKind
from patients.wording_consents import GATES

VERSIONS_SHOWN = 20


@require_safe
@role_required(Role.MANAGER)
def kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds with the version in force, its languages, and who wrote it."""
    newest: dict[str, list[ConsentText]] = {}
    for one in ConsentText.objects.select_related("written_by").defer("text").order_by("-version", "language"):
        held = newest.setdefault(one.kind, [])
        if not held or held[0].version == one.version:
            held.append(one)
    rows = [
        {"kind": kind, "gates": GATES[kind], "newest": newest.get(kind, [])[:1], "languages": len(newest.get(kind, []))}
        for kind in ConsentKind
    ]
    return render(request, "patients/consent_words.html", {"nav": "", "rows": rows, "all": len(Language.choices)})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def words(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the versions of a kind, and write a new one: looked at first in every language, then put in force."""
    if kind not in ConsentKind.values:
        raise Http404
    user = signed_in(request)
    versions = list(ConsentText.objects.filter(kind=kind).select_related("written_by").order_by("-version", "language"))
    if request.method != "POST":
        return _page(request, user, kind, versions, WordingForm(initial=_in_force(versions)))
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _page(request, user, kind, versions, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.POST.get("go") != "publish":
        return _page(request, user, kind, versions, form, is_preview=True)
    try:
        written = write_wording(
            kind=kind, texts=form.texts, seen_version=form.cleaned_data["seen_version"], by=user, now=clock.now()
        )
    except WordingWritten:
        form.add_error(None, _("A colleague wrote a version meanwhile. Yours stands below; read theirs first."))
        form.data = request.POST.copy()
        form.data["seen_version"] = str(versions[0].version if versions else 0)
        return _page(request, user, kind, versions, form, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Version %(number)d is in force.") % {"number": written[0].version})
    return redirect("patients:consent_words", kind)


def _in_force(versions: list[ConsentText]) -> dict[str, Any]:
    newest = [one for one in versions if one.version == versions[0].version]
    return {f"text_{one.language}": one.text for one in newest} | {"seen_version": newest[0].version if newest else 0}


def _page(
    request: HttpRequest,
    user: User,
    kind: str,
    versions: list[ConsentText],
    form: WordingForm,
    *,
    is_preview: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    location = next(iter(user.open_places), None) or Location()
    names = dict(Language.choices)
    shown: dict[int, list[dict[str, Any]]] = {}
    for one in versions:
        read = {"wording": one, "language": names[one.language], "blocks": blocks(one.text, location)}
        shown.setdefault(one.version, []).append(read)
    preview = [
        {"code": code, "language": names[code], "blocks": blocks(text, location)} for code, text in form.texts.items()
    ] if is_preview else []  # fmt: skip
    context = {
        "nav": "",
        "kind": ConsentKind(kind),
        "gates": GATES[ConsentKind(kind)],
        "form": form,
        "preview": preview,
        "versions": list(shown.items())[:VERSIONS_SHOWN],
    }
    return render(request, "patients/consent_wording.html", context, status=status)
