"""Who may open what: by role first, then by location through the querysets."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from clinic.staff.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """Return the member of staff behind a request that the closed door let through."""
    return cast("User", request.user)


def role_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let only these roles in; anyone else signed in gets the 403 page. `allowed_roles` tells which."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if signed_in(request).role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed_roles = roles  # type: ignore[attr-defined] # read by the matrix test
        return cast("View[P]", guarded)

    return guard
