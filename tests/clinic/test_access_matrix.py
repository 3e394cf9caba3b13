"""Each address, each role, each object: let in, kept out, or told that there is nothing. From the resolver."""

import re
import uuid
from types import ModuleType

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client, override_settings
from django.urls import path, reverse

from clinic.audit.models import Entry as Line
from clinic.staff.models import Role
from patients.models import Patient
from tests.clinic.matrix import ANYBODY, DOORS, LINKS, STAFF, Entry
from tests.clinic.world import Place, World, taken_back
from tests.routes import all_routes

LET_IN = {200, 302, 409, 422}  # the last two: inside, and the form says what it lacks or who was quicker
NAMED = sorted(name for name, entry in STAFF.items() if entry.named)
DEEDS = sorted(name for name, entry in STAFF.items() if entry.is_deed)
READ = sorted(name for name, entry in STAFF.items() if entry.is_read)
NOT_HERE = str(uuid.UUID(int=7))


def address(name: str, entry: Entry, at: Place | None) -> str:
    """The address of an object of that place, or of none."""
    named = {key: at.id_of(kind) if at else NOT_HERE for key, kind in entry.named.items()}
    return reverse(name, kwargs=named | entry.others)


def asked(client: Client, where: str, entry: Entry) -> HttpResponseBase:
    """The answer to the press or the look that the address is for."""
    return client.post(where, entry.data) if entry.is_deed else client.get(where)


def is_sign_in(response: HttpResponseBase) -> bool:
    """Whether somebody is sent to sign in."""
    return response.status_code == 302 and response["Location"].startswith(reverse("staff:sign_in") + "?next=")


def is_let_in(response: HttpResponseBase) -> bool:
    """Whether the page or the deed answered."""
    return response.status_code in LET_IN and not is_sign_in(response)


def words(response: HttpResponseBase) -> str:
    """A page without what differs from one answer to the next."""
    assert isinstance(response, HttpResponse)
    return re.sub(r"[0-9a-zA-Z]{64}|[0-9a-f]{12}", "", response.content.decode())


def unlisted(routes: list[str]) -> list[str]:
    """The addresses without an entry."""
    return sorted(set(routes) - set(STAFF) - set(LINKS) - DOORS - ANYBODY)


def test_every_address_has_an_entry_and_every_entry_an_address() -> None:
    names = [route.name for route in all_routes()]
    assert unlisted(names) == []
    assert sorted((set(STAFF) | set(LINKS) | DOORS | ANYBODY) - set(names)) == []


@pytest.mark.parametrize("name", STAFF)
def test_the_right_role_is_let_in_and_the_wrong_one_refused(the: World, name: str) -> None:
    entry = STAFF[name]
    where = address(name, entry, the.here)
    answers = {}
    for role in Role:
        with taken_back():
            answers[role] = asked(the.browser(role), where, entry)
    assert {role for role, answer in answers.items() if is_let_in(answer)} == set(entry.roles)
    assert {answers[role].status_code for role in set(Role) - entry.roles} <= {403}


@pytest.mark.parametrize("name", NAMED)
def test_another_locations_object_is_as_unknown_as_none(the: World, name: str) -> None:
    entry = STAFF[name]
    for role in entry.roles:
        client = the.browser(role)
        theirs = asked(client, address(name, entry, the.there), entry)
        nobodys = asked(client, address(name, entry, None), entry)
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert words(theirs) == words(nobodys)


@pytest.mark.parametrize("name", sorted(set(NAMED) - set(DEEDS)))
def test_a_form_of_another_locations_object_is_not_taken(the: World, name: str) -> None:
    entry = STAFF[name]
    for role in entry.roles:
        answer = the.browser(role).post(address(name, entry, the.there), entry.data)
        assert answer.status_code == (405 if entry.is_read else 404)


@pytest.mark.parametrize("name", STAFF)
def test_a_stranger_is_sent_to_sign_in(the: World, name: str) -> None:
    where = address(name, STAFF[name], the.here)
    stranger = the.browser()
    assert is_sign_in(stranger.get(where)) or (STAFF[name].is_deed and stranger.get(where).status_code == 405)
    assert is_sign_in(stranger.post(where)) or stranger.post(where).status_code == 405


@pytest.mark.parametrize("name", DEEDS)
def test_a_look_at_a_deed_does_nothing(the: World, name: str) -> None:
    """Refused; or led back to the page that the press belongs to, where somebody signed in anew and comes again."""
    for role in STAFF[name].roles:
        client, where, before = the.browser(role), address(name, STAFF[name], the.here), Line.objects.count()
        for answer in (client.get(where), client.head(where)):
            led_back = answer.status_code == 302 and answer["Location"].split("/")[3] in where.split("/")
            assert led_back or answer.status_code == 405
        assert Line.objects.count() == before


@pytest.mark.parametrize("name", sorted(set(STAFF) - set(READ)))
def test_a_press_without_the_forms_token_is_refused(the: World, name: str) -> None:
    where = address(name, STAFF[name], the.here)
    for role in STAFF[name].roles:
        assert the.browser(role, strict=True).post(where, STAFF[name].data).status_code == 403


@pytest.mark.parametrize("name", LINKS)
def test_a_link_opens_its_own_page_for_anybody_and_no_other(the: World, name: str) -> None:
    entry = LINKS[name]
    kind = entry.named["token"]
    client = the.browser()
    assert is_let_in(client.get(address(name, entry, the.here)))
    nothing = client.get(address(name, entry, None))
    assert nothing.status_code == 404
    for other in set(the.here.tokens) - {kind}:
        dead = client.get(reverse(name, kwargs={"token": the.here.id_of(other), **entry.others}))
        assert (dead.status_code, words(dead)) == (404, words(nothing))
        assert client.post(reverse(name, kwargs={"token": the.here.id_of(other), **entry.others})).status_code == 404


# A mail program's one click, and somebody who chokes: nothing stands between them and the answer.
WITHOUT_TOKEN = {"patients:stop_reminders", "scheduling:check_in"}


@pytest.mark.parametrize("name", sorted(set(LINKS) - WITHOUT_TOKEN))
def test_a_link_takes_no_press_without_the_forms_token(the: World, name: str) -> None:
    assert the.browser(strict=True).post(address(name, LINKS[name], the.here)).status_code == 403


@pytest.mark.parametrize("role", Role)
def test_who_left_is_a_stranger_at_once(the: World, role: Role) -> None:
    client = the.browser(role)
    assert client.get("/").status_code == 200
    get_user_model().objects.filter(pk=the.here.people[role].pk).update(is_active=False)
    assert is_sign_in(client.get("/"))


def careless(_request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page that asks who somebody is and nothing else."""
    return HttpResponse(Patient.objects.get(public_id=public_id).name)


def test_a_page_that_forgets_to_ask_would_be_seen(the: World) -> None:
    urls = ModuleType("urls_with_a_hole")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("careless/<uuid:public_id>/", careless, name="careless"),
        path("staff/sign-in/", careless, name="sign_in"),
    ]
    entry = Entry(named={"public_id": "patient"})
    with override_settings(ROOT_URLCONF=urls, LOGIN_URL="/staff/sign-in/"):
        names = [route.name for route in all_routes(urls)]  # type: ignore[arg-type]
        assert unlisted(names) == ["careless", "sign_in"]
        answer = asked(the.browser(Role.FRONT_DESK), address("careless", entry, the.there), entry)
        assert is_let_in(answer)
        assert words(answer) == "New There Trivedi"
