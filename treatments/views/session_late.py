"""A session that was given earlier, on paper: mark its draft, so that the record says so wherever it is read."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.errors import EditedMeanwhile
from treatments.forms_session.late import LateEntryForm
from treatments.late_entry import mark_late_entry, unmark_late_entry
from treatments.session_refusals import NotGivenEarlier, SessionSigned
from treatments.views.session_common import frame, note_opened, session_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
def late(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask when it was given and why it is typed in now; or take the mark back."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if session.is_signed:
        return redirect("treatments:session", session.public_id)
    version, now = whole_number(request.POST.get("version")), clock.now()
    with timezone.override(session.location.zone):
        form = LateEntryForm(request.POST or None, initial=LateEntryForm.initial_of(session))
        try:
            if request.method == "POST" and "unmark" in request.POST:
                unmark_late_entry(session=session, version=version, by=user, now=now)
                messages.success(request, _("No late entry any more: the time is that of the signature."))
                return redirect("treatments:session", session.public_id)
            if request.method == "POST" and form.is_valid():
                given_at, reason = form.cleaned_data["given_at"], form.cleaned_data["reason"]
                marked = mark_late_entry(
                    session=session, version=version, given_at=given_at, reason=reason, by=user, now=now
                )
                messages.success(request, _("Marked as a late entry. Now type in what the paper says."))
                return redirect(
                    "treatments:session_check" if marked.checked_at is None else "treatments:session", marked.public_id
                )
        except SessionSigned:
            return redirect("treatments:session", session.public_id)
        except NotGivenEarlier:
            form.add_error("given_at", _("This time lies ahead: a late entry was given before now."))
        except EditedMeanwhile:
            session = session_or_404(user, public_id)
            form.add_error(None, _("A colleague saved this session meanwhile: read it again, then send this."))
        if request.method != "POST":
            note_opened(session, user)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render(request, "treatments/session_late.html", frame(session) | {"form": form}, status=status)
