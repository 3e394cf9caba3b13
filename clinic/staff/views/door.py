"""The door: sign in, sign out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from clinic.audit.trail import record
from clinic.staff.access import signed_in
from clinic.staff.forms import SignInForm


@method_decorator(never_cache, name="dispatch")
class SignIn(auth_views.LoginView):
    """The sign-in page; in demo mode it says which accounts there are."""

    template_name = "staff/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in and write it down."""
        with transaction.atomic():
            response = super().form_valid(form)
            user = signed_in(self.request)
            record(by=user, verb="staff.signed_in", thing=user)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo's accounts, in demo mode only."""
        return super().get_context_data(**kwargs, is_demo=settings.IS_DEMO)


class SignOut(auth_views.LogoutView):
    """Signing out is a press of a button, never a link."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write it down, end the session, and ask the browser to forget its pages."""
        if request.user.is_authenticated:
            with transaction.atomic():
                user = signed_in(request)
                record(by=user, verb="staff.signed_out", thing=user)
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response
