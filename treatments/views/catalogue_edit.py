"""A manager changes numbers of the catalogue: a new version each time, two managers at once see both."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.catalogue_editing import NothingChanged, edit_entry
from treatments.entries import order_of, words_of
from treatments.entry_changes import EDITABLE, differences, with_changes
from treatments.errors import EditedMeanwhile
from treatments.forms.catalogue import EntryForm
from treatments.forms.deeds import LimitForm
from treatments.formulary import WHOLE
from treatments.models.catalogue import CatalogueVersion
from treatments.planning import set_session_limit
from treatments.views.catalogue import KINDS
from treatments.views.catalogue_entry import show_entry, versions_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def catalogue_edit(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show every number of an entry in a box; sent, they become the next version."""
    if kind not in EDITABLE:
        raise Http404
    versions = versions_or_404(kind, key)
    current = versions[0]
    if request.method != "POST":
        return _page(request, kind, current, EntryForm(facts=current.facts, seen=current.number, kept={}))
    seen = next((one for one in versions if str(one.number) == request.POST.get("seen")), current)
    form = EntryForm(request.POST, facts=seen.facts, seen=seen.number, kept={})
    if seen != current:
        return _meanwhile(request, kind, form, seen, current)
    if not form.is_valid():
        return _page(request, kind, current, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    reason = form.cleaned_data["reason"].strip()
    facts = with_changes(seen.facts, form.changes, why=_("The clinic: %(reason)s") % {"reason": reason})
    try:
        edit_entry(kind=kind, seen=seen, facts=facts, reason=reason, by=signed_in(request), now=clock.now())
    except NothingChanged:
        form.add_error(None, _("Nothing differs from version %(number)s.") % {"number": seen.number})
        return _page(request, kind, current, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except EditedMeanwhile as refused:
        return _meanwhile(request, kind, form, seen, refused.theirs)
    messages.success(request, _("Version %(number)s is in force.") % {"number": seen.number + 1})
    return redirect("treatments:catalogue_entry", kind, key)


@require_POST
@role_required(Role.CLINICIAN)
def catalogue_limit(request: HttpRequest, key: str) -> HttpResponse:
    """Set the session limit of a product: R31 waits for it where the catalogue knows none."""
    versions = versions_or_404("products", key)
    form = LimitForm(request.POST)
    if not form.is_valid():
        return show_entry(
            request, "products", versions[0], versions, limit=form, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    set_session_limit(
        product_key=key,
        max_units=form.cleaned_data["max_units"],
        reason=form.cleaned_data["reason"],
        by=signed_in(request),
        now=clock.now(),
    )
    messages.success(request, _("Session limit set."))
    return redirect("treatments:catalogue_entry", "products", key)


def _meanwhile(
    request: HttpRequest, kind: str, form: EntryForm, seen: CatalogueVersion, theirs: CatalogueVersion
) -> HttpResponse:
    """Show a colleague's version with what was typed here laid over it: nothing of either is lost or hidden."""
    typed = form.typed_changes()
    merged = EntryForm(facts=theirs.facts, seen=theirs.number, kept=typed | {"reason": form.data.get("reason", "")})
    stands = {number.name: number for number in merged.numbers}
    both = [
        {
            "what": str(form.fields[f"n-{name}"].label),
            "mine": value,
            "theirs": stands[name].shown if name in stands else _("no such value"),
        }
        for name, value in typed.items()
    ]
    context = {"theirs": theirs, "their_changes": differences(seen.facts, theirs.facts), "both": both}
    return _page(request, kind, theirs, merged, status=HTTPStatus.CONFLICT, **context)


def _page(
    request: HttpRequest,
    kind: str,
    version: CatalogueVersion,
    form: EntryForm,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    context = {
        "nav": "catalogue",
        "kind": kind,
        "kind_name": KINDS[kind],
        "is_whole": kind in WHOLE,
        "entry": version,
        "form": form,
        "groups": _groups(form),
        **more,
    }
    return render(request, "treatments/catalogue_edit.html", context, status=status)


def _groups(form: EntryForm) -> list[Mapping[str, Any]]:
    """Return the boxes by the part of the entry and the row they belong to."""
    groups: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    for number in form.numbers:
        at = tuple(key for key in number.path[:2] if key != "value") if number.row else ()
        rows = groups.setdefault(number.group, {})
        row = rows.setdefault(at, {"title": number.row, "boxes": []})
        row["boxes"].append({"label": number.label, "field": form.box(number)})
    return [
        {
            "name": words_of(name),
            "rows": list(rows.values()),
            "is_flat": all(len(row["boxes"]) == 1 for row in rows.values()),
        }
        for name, rows in sorted(groups.items(), key=lambda item: order_of(item[0]))
    ]
