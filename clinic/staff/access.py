"""Who may open what: by role first, then by location through the querysets."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from clinic.staff.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
READS: Final = ("GET", "HEAD", "OPTIONS")


def signed_in(request: HttpRequest) -> User:
    """Return the member of staff behind a request that the closed door let through, and whether it writes."""
    user = cast("User", request.user)
    user.is_writing = getattr(request, "is_writing", request.method not in READS)
    return user


def to_write(view: View[P]) -> View[P]:
    """Say of a page that it is a form and nothing else: a record that is not written does not open it either."""

    @wraps(view)
    def marked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.is_writing = True  # type: ignore[attr-defined] # read by `signed_in`
        return view(request, *args, **kwargs)

    return cast("View[P]", marked)


def on_kept_records_too(view: View[P]) -> View[P]:
    """Say of a deed that a record which is kept and closed still takes it: it reads, keeps somebody safe, or is law.

    Which these are, and why, stands in tests/clinic/test_kept_records.py.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.is_writing = False  # type: ignore[attr-defined] # read by `signed_in`
        return view(request, *args, **kwargs)

    return cast("View[P]", marked)


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
