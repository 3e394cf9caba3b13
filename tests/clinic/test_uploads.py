"""A request that is larger than its page takes is refused before it is read."""

import ast

from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from clinic.embedded.home import CHECKOUT
from clinic.lib.uploads import RequestSizeMiddleware, takes_files
from tests import database

MEGABYTE = 1024 * 1024


def page(_request: HttpRequest) -> HttpResponse:
    """A page whose form has no files."""
    return HttpResponse()


@takes_files
def page_for_files(_request: HttpRequest) -> HttpResponse:
    """A page whose form has."""
    return HttpResponse()


def asked(view: object, length: str) -> HttpResponse | None:
    """What the middleware says of a request that claims this length."""
    request = RequestFactory().post("/", CONTENT_LENGTH=length)
    return RequestSizeMiddleware(lambda _request: HttpResponse()).process_view(request, view, (), {})  # type: ignore[arg-type]


def test_request_above_what_its_page_takes_is_refused(settings: Settings) -> None:
    settings.UPLOAD_TOTAL_MEGABYTES = 5
    for view, megabytes in ((page, 3), (page_for_files, 8)):
        assert asked(view, str(megabytes * MEGABYTE)) is None
        refused = asked(view, str(megabytes * MEGABYTE + 1))
        assert refused is not None
        assert refused.status_code == 413
    assert asked(page, "") is None
    for odd in ("-1", "9" * 30, "x"):
        refused = asked(page_for_files, odd)
        assert refused is not None
        assert refused.status_code == 413


def test_stranger_cannot_fill_the_disk_through_the_sign_in_page(client: Client) -> None:
    """BTX-073: 200 MB sent to a page without files, refused by what it says of itself; nothing of it is read."""
    answer = client.post(reverse("staff:sign_in"), {"username": "a"}, CONTENT_LENGTH=str(200 * MEGABYTE))
    assert answer.status_code == 413
    assert "A page may send 3 MB, and no files." in answer.content.decode()


def test_every_view_that_reads_files_says_that_it_takes_them() -> None:
    """Or a file above the three megabytes of a form without files is refused (found at the import)."""
    reading = {
        (file.name, function.name): [getattr(decorator, "id", "") for decorator in function.decorator_list]
        for app in database.APPS
        for file in (CHECKOUT / app).rglob("views/*.py")
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef) and "request.FILES" in ast.unparse(function)
    }
    assert reading
    assert [view for view, decorators in reading.items() if decorators[:1] != ["takes_files"]] == []
