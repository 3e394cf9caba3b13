"""Ask why a draft is discarded, and what becomes of the vials opened for it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.discarding import Leftover, discard_draft, opened_for
from treatments.gates import MIN_REASON
from treatments.quantities import show_units
from treatments.session_facts import left_in
from treatments.session_refusals import DraftInUse, SessionSigned
from treatments.views.session_common import frame, note_opened, session_or_404


class DiscardForm(forms.Form):
    """Why, and what becomes of what was opened; nothing is chosen beforehand."""

    reason = forms.CharField(
        label=gettext_lazy("Why nothing was given"), min_length=MIN_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
    vials = forms.ChoiceField(
        label=gettext_lazy("The opened vials"),
        widget=forms.RadioSelect,
        choices=[
            ("left", gettext_lazy("Leave them open, for another use before their time is up")),
            ("wasted", gettext_lazy("Close them now: what is in them is wasted")),
        ],
    )
    witness = forms.ModelChoiceField(
        label=gettext_lazy("Seen by"),
        queryset=User.objects.none(),
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, has_vials: bool, staff: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witness"].queryset = staff  # type: ignore[attr-defined] # the field is ours
        if not has_vials:
            del self.fields["vials"], self.fields["witness"]

    def leftover(self) -> Leftover:
        """Return what becomes of the vials."""
        data = self.cleaned_data
        return Leftover(is_wasted=data.get("vials") == "wasted", witness=data.get("witness"))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
def discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Discard a draft, once the page has said what that means."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if session.is_signed:
        return redirect("treatments:session", session.public_id)
    vials = opened_for(session)
    staff = User.objects.filter(is_active=True, locations=session.location).exclude(pk=user.pk).order_by("full_name")
    form = DiscardForm(request.POST or None, has_vials=bool(vials), staff=staff)
    if request.method == "POST" and form.is_valid():
        reason, plan = form.cleaned_data["reason"], session.plan
        try:
            discard_draft(session=session, reason=reason, leftover=form.leftover(), by=user, now=clock.now())
        except SessionSigned:
            messages.error(request, _("The session was signed meanwhile: it is frozen."))
            return redirect("treatments:session", session.public_id)
        except DraftInUse:
            messages.error(request, _("Something in the record speaks of this session: it cannot be discarded."))
            return redirect("treatments:session", session.public_id)
        messages.success(request, _("Draft discarded. The plan stays as it was."))
        return redirect("treatments:plan", plan.public_id)
    if not form.is_bound:
        note_opened(session, user)
    context = frame(session) | {
        "form": form,
        "vials": [{"vial": vial, "left": show_units(left_in(vial))} for vial in vials],
        "site_count": session.sites.count(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "treatments/session_discard.html", context, status=status)
