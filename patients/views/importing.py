"""Imports: bring a file, see how it is read, have it checked, saved, stopped or undone."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.sheets import NoTable, Unreadable
from clinic.lib.uploads import takes_files
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients.forms import COMPARED
from patients.forms_importing import BringForm, ReadForm
from patients.importing import deciding, deeds, file, heads, telling
from patients.importing.reading import Reader, orders_told
from patients.importing.refusals import BadRowsStand, Busy, ColumnsMissing, MovedOn
from patients.importing.rest import lines_of_rest
from patients.models import Import, ImportState, RowOutcome
from patients.wording_importing import COLUMNS

PER_PAGE = 25
LOOKED_AT = 1000
SHOWN = 8
TOLD = 50


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def imports(request: HttpRequest) -> HttpResponse:
    """Show what was brought in and by whom, and take another file."""
    user = signed_in(request)
    places = user.open_places
    is_post = request.method == "POST"
    form = BringForm(request.POST if is_post else None, request.FILES if is_post else None, locations=places)
    if is_post and places and form.is_valid():
        brought = form.cleaned_data["file"]
        try:
            imported = deeds.begin(
                content=brought, name=brought.name, size=brought.size, location=form.chosen, by=user, now=clock.now()
            )
            return redirect("patients:importing", imported.public_id)
        except NoTable as other:
            form.add_error("file", other.reason)
        except Unreadable as unreadable:
            form.add_error("file", _("This file cannot be read: %(why)s.") % {"why": unreadable.reason})
    brought = Import.objects.visible_to(user).select_related("by", "location")
    page = Paginator(brought, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "supply",
        "form": form,
        "page": page,
        "places": places,
        "zone": places[0].zone if places else None,
    }
    return render(request, "patients/imports.html", context)


@require_safe
@role_required(Role.MANAGER)
def importing(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show where one import stands: how it is read, how far it is, what was found, what it brought."""
    return _page(request, found(request, public_id))


@require_safe
@role_required(Role.MANAGER)
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show how far it is: asked for again and again by the page, until it has ended and the whole page comes anew."""
    imported = found(request, public_id)
    answer = render(request, "patients/_import_progress.html", {"imported": imported})
    if not imported.is_at_work:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
@role_required(Role.MANAGER)
def choose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Read the file as was chosen; the pressed button says whether to look again or to have all of it checked."""
    imported = found(request, public_id)
    form = ReadForm(request.POST, imported=imported)
    if not form.is_valid():
        return _page(request, imported, form=form)
    try:
        deeds.choose(imported=imported, choice=form.choice(imported))
        if request.POST.get("then") == "check":
            deeds.ask_for_check(imported=imported, by=signed_in(request))
    except Unreadable as unreadable:
        form.add_error("encoding" if "encoding" in form.fields else None, unreadable.reason)
        return _page(request, imported, form=form)
    except ColumnsMissing as missing:
        said = ", ".join(f"“{COLUMNS[target]}”" for target in missing.targets)
        form.add_error(None, _("Say which column is %(what)s: without it nobody is known again.") % {"what": said})
        return _page(request, imported, form=form)
    except (Busy, MovedOn) as refusal:
        tell(request, refusal)
    return redirect("patients:importing", public_id)


@require_POST
@role_required(Role.MANAGER)
def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have it saved: all of it, or the good rows where that was pressed."""
    imported = found(request, public_id)
    try:
        deeds.ask_for_saving(
            imported=imported, by=signed_in(request), good_rows_only=request.POST.get("rows") == "good"
        )
    except BadRowsStand:
        messages.error(request, _("Nothing was saved: some rows cannot be read. You can take the good rows alone."))
    except (Busy, MovedOn) as refusal:
        tell(request, refusal)
    return redirect("patients:importing", public_id)


@require_POST
@role_required(Role.MANAGER)
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop it: nothing of it is saved."""
    imported = found(request, public_id)
    try:
        deeds.cancel(imported=imported, by=signed_in(request), now=clock.now())
    except MovedOn as refusal:
        tell(request, refusal)
    return redirect("patients:importing", public_id)


@require_POST
@role_required(Role.MANAGER)
def rest(request: HttpRequest, public_id: UUID) -> StreamingHttpResponse:
    """Hand out the rows that could not be read, in the columns of the file, with the reason beside each."""
    imported = found(request, public_id)
    with transaction.atomic():
        bad = imported.count(RowOutcome.BAD)
        record(by=signed_in(request), verb="import.rest_taken", thing=imported, detail={"rows": bad})
    answer = StreamingHttpResponse(lines_of_rest(imported), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="not_imported.csv"'
    return answer


def found(request: HttpRequest, public_id: UUID) -> Import:
    """Return the import that an address names, of a location where this person works."""
    visible = Import.objects.visible_to(signed_in(request)).select_related("location", "by")
    imported: Import = get_object_or_404(visible, public_id=public_id)
    return imported


def _page(request: HttpRequest, imported: Import, form: ReadForm | None = None) -> HttpResponse:
    zone, user = imported.location.zone, signed_in(request)
    context: dict[str, Any] = {"nav": "supply", "imported": imported, "zone": zone, "today": day_of(clock.now(), zone)}
    if imported.state in {ImportState.CHOOSING, ImportState.CHECKED}:
        context |= {"form": form or ReadForm(imported=imported), "preview": _preview(imported)}
        context["kept_days"] = deeds.KEPT_DAYS
        context["examples"] = _examples(context["form"], context["preview"])
        context["missing"] = [COLUMNS[one] for one in heads.needed(imported.kind) if one not in imported.columns]
        context["read_as"] = _read_as(imported, user)
    if imported.state in {ImportState.CHECKED, ImportState.DONE}:
        bad = imported.rows.filter(outcome=RowOutcome.BAD).order_by("number")
        remarks = imported.rows.filter(outcome=RowOutcome.NEW).exclude(reason="").order_by("number")
        context |= {"bad": bad[:TOLD], "remarks": remarks[:TOLD]}
        context |= {"known": telling.known(imported, user), "decided": telling.decided(imported, user)}
        context["held"] = deciding.to_decide(imported, user)
        context |= {"may_decide": imported.state == ImportState.DONE, "compared": COMPARED}
        context["waiting"] = imported.rows.filter(outcome=RowOutcome.HELD).count()
    return render(request, "patients/importing.html", context)


def _read_as(imported: Import, user: User) -> Import | None:
    """Return the earlier file as which this one is read, while nobody chose otherwise."""
    read = Import.objects.visible_to(user).read_like(imported.heads_key).filter(kind=imported.kind, pk__lt=imported.pk)
    earlier: Import | None = read.first()
    is_same = earlier and (earlier.columns, earlier.date_order) == (imported.columns, imported.date_order)
    return earlier if is_same else None


def _preview(imported: Import) -> dict[str, Any]:
    """Read the first rows as they would be, and pick those that somebody should look at."""
    reader = Reader.of(imported, day_of(clock.now(), imported.location.zone))
    try:
        with file.opened(imported) as opened:
            taken = list(islice(reader.read(opened), LOOKED_AT))
    except Unreadable as unreadable:
        return {"fault": unreadable.reason, "rows": [], "doubtful": [], "told": {}}
    doubtful = [
        one for one in taken[SHOWN:] if one.problem or one.remark or not (one.row.cells and _is_plain(one.row.cells))
    ]
    return {"rows": taken[:SHOWN], "doubtful": doubtful[:SHOWN], "told": orders_told(taken), "looked_at": len(taken)}


def _is_plain(cells: tuple[str, ...]) -> bool:
    return all(cell.isascii() for cell in cells)


def _examples(form: ReadForm, preview: dict[str, Any]) -> list[tuple[Any, list[str]]]:
    """Each column's field, with what stands in the first rows of it."""
    rows = [one.row.cells for one in preview["rows"][:3]]
    places = [int(field.name.removeprefix("column_")) for field in form.columns]
    return [
        (field, [cells[at] for cells in rows if at < len(cells) and cells[at].strip()])
        for field, at in zip(form.columns, places, strict=True)
    ]


def tell(request: HttpRequest, refusal: Busy | MovedOn) -> None:
    """Say why a press did nothing."""
    if isinstance(refusal, MovedOn):
        messages.info(request, _("This import has moved on meanwhile: here it stands now."))
    elif refusal.other:
        words = {"file": refusal.other.file_name}
        messages.info(
            request, _("“%(file)s” is being imported just now. One at a time: press again in a while.") % words
        )
    else:
        messages.info(request, _("Another import has just ended. Press again."))
