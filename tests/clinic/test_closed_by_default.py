"""Nothing answers a stranger but a short list: every address is asked, and a control shows that asking sees."""

from types import ModuleType

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from tests.routes import Route, all_routes

# Each opens one thing: health for the balancer, the door, and a patient's link, a capability for one purpose.
PUBLIC = {"healthz", "readyz", "staff:sign_in", "scheduling:book_by_link", "scheduling:stop_reminders"}
TURNED_AWAY = {401, 403, 404, 405}


def is_closed(client: Client, route: Route) -> bool:
    """Whether a stranger is sent to sign in or told that there is nothing, however the address is asked."""
    for response in (client.get(route.path), client.post(route.path)):
        to_sign_in = response.status_code == 302 and response["Location"].startswith(
            reverse("staff:sign_in") + "?next="
        )
        if not to_sign_in and response.status_code not in TURNED_AWAY:
            return False
    return True


@pytest.mark.django_db
def test_strangers_meet_the_door_everywhere_but_on_the_public_list(client: Client) -> None:
    routes = [route for route in all_routes() if route.name not in PUBLIC]
    assert len(routes) > 5
    assert [route.name for route in routes if not is_closed(client, route)] == []


def test_views_that_say_they_are_open_are_the_public_list() -> None:
    assert {route.name for route in all_routes() if route.is_open} == PUBLIC


def forgetful(_request: HttpRequest, **_: object) -> HttpResponse:
    """A page that asks nobody to sign in."""
    return HttpResponse("the whole register")


@pytest.mark.django_db
def test_an_open_page_would_be_seen(client: Client) -> None:
    urls = ModuleType("urls_with_an_open_page")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("open/<uuid:public_id>/", login_not_required(forgetful), name="open"),
        path("closed/", forgetful, name="closed"),
        path("staff/sign-in/", forgetful, name="sign_in"),
    ]
    with override_settings(ROOT_URLCONF=urls, LOGIN_URL="/staff/sign-in/"):
        found, closed, _door = all_routes(urls)  # type: ignore[arg-type]
        assert client.get(found.path).content == b"the whole register"
        assert client.get(closed.path)["Location"] == "/staff/sign-in/?next=/closed/"
        assert (found.is_open, closed.is_open) == (True, False)
