"""Who works here: the manager's list, invitations, changes, closing and opening accounts."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.outbox.models import Letter
from clinic.staff import accounts, inviting
from clinic.staff.access import role_required, signed_in
from clinic.staff.accounts import assignable
from clinic.staff.errors import AccountChanged, AddressTaken, LastManager, NotInvited, NotManagerAnyMore, NotYourself
from clinic.staff.forms import ColleagueForm, EditForm
from clinic.staff.letters import letterhead
from clinic.staff.models import AccountState, LinkPurpose, Role, StaffLink, User

PER_PAGE = 50
manager_only = role_required(Role.MANAGER)


@manager_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the colleagues of the manager's locations: who may sign in, who is invited, who left."""
    user = signed_in(request)
    found = User.objects.visible_to(user).prefetch_related("locations").order_by("-is_active", "full_name", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = _with_invitations(list(page.object_list))
    context = {"nav": "staff", "page": page, "rows": rows, "zone": letterhead(user).zone, "now": clock.now()}
    return render(request, "staff/people_list.html", context)


@manager_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a colleague."""
    user = signed_in(request)
    places = assignable(user)
    if not places:
        return render(request, "staff/nowhere.html", {"nav": "staff"})
    form = ColleagueForm(request.POST if request.method == "POST" else None, places=places)
    if form.is_valid():
        try:
            invited = inviting.invite(facts=form.facts(), by=user, now=clock.now())
        except AddressTaken:
            form.add_error("email", _("This address has an account already."))
        else:
            messages.success(request, _("%(name)s is invited: a letter is on its way.") % {"name": invited.full_name})
            return redirect("staff:people")
    return render(request, "staff/person_invite.html", {"nav": "staff", "form": form})


@manager_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a colleague's name, address, role and locations."""
    user, person = signed_in(request), _person(request, public_id)
    form = EditForm(request.POST if request.method == "POST" else None, person=person, by=user)
    status, meanwhile = HTTPStatus.OK, None
    if form.is_valid():
        try:
            accounts.change(
                user=person, facts=form.facts(), seen_version=form.cleaned_data["version"], by=user, now=clock.now()
            )
        except AccountChanged:
            meanwhile, status = person, HTTPStatus.CONFLICT
            form.show_version(person.version)
        except AddressTaken:
            form.add_error("email", _("Another account has this address."))
        except LastManager as refusal:
            form.add_error("role" if form.cleaned_data["role"] != person.role else "locations", _why_last(refusal))
        except NotYourself:
            form.add_error("role", _("Another manager has to change your role."))
        except NotManagerAnyMore as refusal:
            raise PermissionDenied from refusal
        else:
            messages.success(request, _("Saved."))
            return redirect("staff:people")
    context = {"nav": "staff", "form": form, "person": person, "is_self": person == user, "meanwhile": meanwhile}
    return render(request, "staff/person_edit.html", context, status=status)


@manager_only
@require_POST
def invite_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the invitation again, with a new link."""
    person = _person(request, public_id)
    try:
        inviting.invite_again(user=person, by=signed_in(request), now=clock.now())
    except NotInvited:
        messages.info(request, _("%(name)s needs no invitation.") % {"name": person.full_name})
    else:
        messages.success(request, _("%(name)s gets a new letter; the old link is dead.") % {"name": person.full_name})
    return redirect("staff:people")


@manager_only
@require_POST
def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close an account, at once."""
    person, version = _person(request, public_id), whole_number(request.POST.get("version"))
    try:
        accounts.close(user=person, seen_version=version, by=signed_in(request), now=clock.now())
    except AccountChanged:
        messages.error(request, _("Somebody changed this account meanwhile. Look again, then close it."))
        return redirect("staff:edit", person.public_id)
    except NotYourself:
        messages.error(request, _("Another manager has to close your account."))
    except LastManager as refusal:
        messages.error(request, _why_last(refusal))
    except NotManagerAnyMore as refusal:
        raise PermissionDenied from refusal
    else:
        messages.success(request, _("The account of %(name)s is closed.") % {"name": person.full_name})
    return redirect("staff:people")


@manager_only
@require_POST
def open_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a closed account: its person is invited to set a new password."""
    person = _person(request, public_id)
    if person.is_active:
        messages.info(request, _("The account of %(name)s is open.") % {"name": person.full_name})
        return redirect("staff:people")
    try:
        accounts.open_again(user=person, by=signed_in(request), now=clock.now())
    except NotManagerAnyMore as refusal:
        raise PermissionDenied from refusal
    messages.success(
        request, _("The account of %(name)s is open again: a letter is on its way.") % {"name": person.full_name}
    )
    return redirect("staff:people")


def _person(request: HttpRequest, public_id: UUID) -> User:
    found: User = get_object_or_404(User.objects.visible_to(signed_in(request)), public_id=public_id)
    return found


def _with_invitations(found: list[User]) -> list[dict[str, Any]]:
    """Return each person, with the link and the newest letter of who is invited. Two queries."""
    invited = [person for person in found if person.state == AccountState.INVITED]
    links = StaffLink.objects.not_ended().filter(user__in=invited, purpose=LinkPurpose.INVITATION)
    link_of = {link.user_id: link for link in links}
    about = [link.public_id for link in link_of.values()]
    letters = Letter.objects.of_kind(inviting.LETTER).filter(about_public_id__in=about)
    letter_of = {letter.about_public_id: letter for letter in letters}
    rows = []
    for person in found:
        link = link_of.get(person.pk)
        rows.append({"person": person, "link": link, "letter": letter_of.get(link.public_id) if link else None})
    return rows


def _why_last(refusal: LastManager) -> str:
    if refusal.places:
        return _("Nobody else manages %(places)s. Make somebody else manager there first.") % {
            "places": ", ".join(refusal.places)
        }
    return _("Nobody else manages the clinic. Make somebody else manager first.")
