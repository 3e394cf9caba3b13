"""One entry of the catalogue: every value with its source and who confirmed it, and the versions before."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.catalogue_editing import MODELS, NothingToConfirm, confirm_value
from treatments.confirmations import Standing, standing
from treatments.entries import Held, held_values, title_of, value_at, words_of
from treatments.entry_changes import EDITABLE, Difference, differences
from treatments.errors import EditedMeanwhile
from treatments.findings import Source
from treatments.forms.deeds import LimitForm
from treatments.formulary import WHOLE
from treatments.formulary.products import SESSION_TOTAL
from treatments.models import SessionLimit
from treatments.models.catalogue import CatalogueVersion
from treatments.places import anchor_of
from treatments.showing import ShownSource, shown_source
from treatments.views.catalogue import KINDS, LONGEST, tabs

SHORT = 12
"""Entries with more values than this can be searched."""


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value, or a few that share a source, as a line of the page."""

    anchor: str
    path: str
    title: str
    lines: tuple[tuple[str, str], ...]
    source: ShownSource
    before: str
    note: str
    is_open: bool
    has_source: bool


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version in the history: who, when, why, and what became different with it."""

    version: CatalogueVersion
    differences: tuple[Difference, ...]
    href: str


class ConfirmForm(forms.Form):
    """Which value of which version is right, and a remark."""

    path = forms.CharField(required=False, max_length=200)
    number = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    note = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=300)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def catalogue_entry(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show the version in force, or with `?version=` an earlier one."""
    versions = versions_or_404(kind, key)
    asked = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == asked), versions[0])
    return show_entry(request, kind, shown, versions)


@require_POST
@role_required(Role.CLINICIAN)
def catalogue_confirm(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Keep a clinician's word that one value is right."""
    versions = versions_or_404(kind, key)
    form = ConfirmForm(request.POST)
    path = form.data.get("path", "").replace("\x00", "")
    seen = next((one for one in versions if str(one.number) == request.POST.get("number")), None)
    if not form.is_valid() or seen is None:
        note = form.errors.get("note")
        messages.error(request, str(note[0]) if note else _("Nothing was confirmed: open the value again."))
        return show_entry(request, kind, versions[0], versions, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        confirm_value(
            kind=kind, version=seen, path=path, note=form.cleaned_data["note"], by=signed_in(request), now=clock.now()
        )
    except EditedMeanwhile:
        messages.error(request, _("This entry was changed meanwhile. Look at the value again before you confirm it."))
    except NothingToConfirm:
        messages.error(request, _("There is nothing to confirm here: the value has its confirmation."))
    else:
        messages.success(request, _("Confirmed."))
    return redirect(f"{reverse('treatments:catalogue_entry', args=(kind, key))}#{anchor_of(path)}")


def versions_or_404(kind: str, key: str) -> list[CatalogueVersion]:
    """Return all versions of an entry, the one in force first."""
    if kind not in MODELS:
        raise Http404
    rows: QuerySet[CatalogueVersion] = MODELS[kind].objects.filter(key=key).select_related("edited_by")
    versions = list(rows.order_by("-number"))
    if not versions:
        raise Http404
    return versions


def show_entry(
    request: HttpRequest,
    kind: str,
    shown: CatalogueVersion,
    versions: list[CatalogueVersion],
    *,
    limit: LimitForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Show one version, with what was confirmed of it and every version of the entry."""
    user = signed_in(request)
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    only_open = request.GET.get("open") == "1"
    is_current = shown.superseded_at is None
    confirmed = standing(MODELS[kind], kind, [shown.key]).get(shown.key, {}) if is_current else {}
    values = [shown_value(shown, held, confirmed) for held in held_values(shown.facts)]
    found = [one for one in values if one.lines and _fits(one, typed) and (one.is_open or not only_open)]
    context = {
        "nav": "catalogue",
        "kind": kind,
        "kind_name": KINDS[kind],
        "is_whole": kind in WHOLE,
        "tabs": tabs(kind),
        "entry": shown,
        "is_current": is_current,
        "groups": _groups(found),
        "open_values": sum(one.is_open for one in values),
        "is_long": len(values) > SHORT,
        "typed": typed,
        "only_open": only_open,
        "history": _history(kind, versions),
        "may_edit": user.is_manager and is_current and kind in EDITABLE,
        "may_confirm": user.is_clinician and is_current,
        **_limits(kind, shown, user, limit),
    }
    return render(request, "treatments/catalogue_entry.html", context, status=status)


def shown_value(version: CatalogueVersion, held: Held, confirmed: Standing) -> ShownValue:
    """Return one value with its source and its state of confirmation."""
    one = confirmed.get(held.path)
    source = Source(
        text=held.source,
        confidence=held.confidence,
        checked=held.checked,
        confirmed_by=one.confirmed_by.full_name if one else "",
        confirmed_on=timezone.localdate(one.confirmed_at).isoformat() if one else "",
    )
    node = value_at(version.facts, held.path)
    return ShownValue(
        anchor=anchor_of(held.path),
        path=held.path,
        title=title_of(node) if held.path else "",
        lines=held.lines,
        source=shown_source(source),
        before=held.before,
        note=one.note if one else "",
        is_open=source.is_unverified,
        has_source=held.has_source,
    )


def _fits(one: ShownValue, typed: str) -> bool:
    said = " ".join((one.path, one.title, one.source.text, *(f"{name} {text}" for name, text in one.lines)))
    return all(word in said.lower().replace("_", " ") for word in typed.lower().split())


def _groups(values: Iterable[ShownValue]) -> list[dict[str, Any]]:
    """Return the values by the part of the entry they belong to."""
    groups: dict[str, list[ShownValue]] = {}
    for one in values:
        groups.setdefault(one.path.split(".", 1)[0], []).append(one)
    return [
        {
            "name": words_of(group) or _("In general"),
            "anchor": "" if found[0].path == group else anchor_of(group),
            "values": found,
        }
        for group, found in groups.items()
    ]


def _history(kind: str, versions: list[CatalogueVersion]) -> list[ShownVersion]:
    before = [*versions[1:], None]
    return [
        ShownVersion(
            version=one,
            differences=differences(older.facts, one.facts) if older else (),
            href=f"{reverse('treatments:catalogue_entry', args=(kind, one.key))}?version={one.number}",
        )
        for one, older in zip(versions, before, strict=True)
    ]


def _limits(kind: str, shown: CatalogueVersion, user: User, form: LimitForm | None) -> dict[str, Any]:
    """Return the session limits that clinicians set for a product, the newest in force, and the form for another."""
    if kind != "products":
        return {}
    rows = shown.facts.get("limits", ())
    has_own = any(row.get("scope") == SESSION_TOTAL and row.get("max_units") is not None for row in rows)
    set_here = list(SessionLimit.objects.filter(product_key=shown.key).select_related("set_by"))
    return {
        "has_session_limit": has_own,
        "limits_set": set_here,
        "limit_form": (form or LimitForm()) if user.is_clinician else None,
        "shows_limits": bool(set_here) or not has_own,
    }
