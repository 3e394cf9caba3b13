"""Nothing answers a stranger but a short list: every address is asked, and a control shows that asking sees."""

from types import ModuleType

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from tests.routes import Route, all_routes

# Health for the balancer, the door, and the thanks after an intake, which names nobody. Where a password is set there
# is nothing without a link opened before.
DOORS = {"healthz", "readyz", "staff:sign_in", "staff:forgotten", "staff:set_password", "patients:intake_sent"}
# A link is a capability for one purpose: an invented token meets nothing, like any address that is not there.
LINKS = {
    "consent_copy_by_link",
    "patients:consents_link",
    "patients:consents_sign",
    "patients:consents_who",
    "patients:consents_withdraw",
    "patients:intake_language",
    "patients:intake_left",
    "patients:intake_letter",
    "patients:intake_open",
    "patients:intake_send",
    "patients:intake_step",
    "patients:intake_typed",
    "patients:intake_who",
    "patients:preferences",
    "patients:stop_reminders",
    "scheduling:aftercare",
    "scheduling:book_by_link",
    "scheduling:check_in",
    "scheduling:confirm_visit",
    "scheduling:feed",
    "scheduling:slot_offer",
    "scheduling:manage_visit",
    "scheduling:move_visit",
    "scheduling:visit_file",
    "scheduling:own_page",
    "scheduling:own_page_check",
    "scheduling:own_page_close",
    "scheduling:own_page_copy",
    "scheduling:own_page_correct",
    "scheduling:own_page_document",
    "scheduling:own_page_go",
    "scheduling:own_page_visit",
    # Not links: pages of a location for anybody, who meets nothing either where no location is.
    "scheduling:online_choose",
    "scheduling:online_yours",
    "scheduling:own_page_ask",
    "leaflets:contents",
    "leaflets:leaflet",
    # The form on the clinic's tablet: only in the browser in which the desk opened it.
    "patients:tablet",
    "patients:tablet_back",
    "patients:tablet_language",
    "patients:tablet_letter",
    "patients:tablet_send",
    "patients:tablet_step",
    "staff:letter",
}
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
def test_strangers_are_turned_away_everywhere_but_at_the_doors(client: Client) -> None:
    routes = [route for route in all_routes() if route.name not in DOORS]
    assert len(routes) > 5
    assert [route.name for route in routes if not is_closed(client, route)] == []


def test_views_that_say_they_are_open_are_the_public_list() -> None:
    assert {route.name for route in all_routes() if route.is_open} == DOORS | LINKS


def register(_request: HttpRequest, **_: object) -> HttpResponse:
    """A page that says nothing about who may see it."""
    return HttpResponse("the whole register")


@login_not_required
def forgetful(_request: HttpRequest, **_: object) -> HttpResponse:
    """The same, open to anybody."""
    return HttpResponse("the whole register")


@pytest.mark.django_db
def test_an_open_page_would_be_seen(client: Client) -> None:
    urls = ModuleType("urls_with_an_open_page")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("open/<uuid:public_id>/", forgetful, name="open"),
        path("closed/", register, name="closed"),
        path("staff/sign-in/", register, name="sign_in"),
    ]
    with override_settings(ROOT_URLCONF=urls, LOGIN_URL="/staff/sign-in/"):
        found, closed, _door = all_routes(urls)  # type: ignore[arg-type]
        assert client.get(found.path).content == b"the whole register"
        assert client.get(closed.path)["Location"] == "/staff/sign-in/?next=/closed/"
        assert (found.is_open, closed.is_open) == (True, False)
