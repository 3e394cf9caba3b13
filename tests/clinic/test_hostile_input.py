"""Whatever is typed or forged: never a fault, never somebody else's row, and what was typed stays on the page."""

import json
import uuid
from html import escape
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import Resolver404, path, resolve, reverse

from clinic.staff.models import Role
from patients.models import Patient
from scheduling.models import AppointmentType
from tests.clinic.building import next_morning
from tests.clinic.forms import Met, all_forms
from tests.clinic.matrix import LINKS, STAFF
from tests.clinic.world import World, taken_back

NUL, LONG, DIGITS = "A\x00B", "x" * 10_000, "9" * 5_000
HOSTILE = (
    NUL, LONG, DIGITS, "Asha\r\nBcc: all@clinic.example", "a@b.example\r\nBcc: c@d.example", "A\u202eB\u2066",
    "👩🏽‍⚕️", "ક્ષિત્રજ્ઞ",
    '"><script>alert(1)</script>', "{{7*7}}%s%(a)s{0}", "-1", "NaN", "sNaN", "1e9999", "²", "٣", "0." + "0" * 40 + "1",
    str(2**31), str(2**63), str(uuid.UUID(int=7)), "zzzzzzzz-0000", "0001-01-01", "9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00|x|", "[" * 5_000, '{"note": "\\ud800"}', "../../etc/passwd",
)  # fmt: skip
SCRIPT = '"><script>alert(1)</script>'
JUNK = (
    "",
    "-1",
    "xx",
    "0",
    "0001-01-01",
    "9999-12-31",
    "\x00",
    DIGITS,
    "NaN",
    "²",
    "\u202e",
    SCRIPT,
    str(uuid.UUID(int=7)),
)
ASKED = {
    "scheduling:today": ("day",),
    "scheduling:calendar": ("day", "with", "by", "place"),
    "scheduling:calendar_week": ("day", "with", "place"),
    "scheduling:calendar_month": ("day", "with"),
    "scheduling:calendar_agenda": ("day", "with"),
    "scheduling:calendar_print": ("day", "with"),
    "scheduling:book": ("patient", "type", "clinician", "day", "at"),
    "scheduling:recall": ("group", "page", "q", "location", "clinician", "since", "until", "open"),
    "scheduling:messages": ("state", "page"),
    "patients:list": ("q", "page"),
    "patients:search": ("q",),
    "patients:new": ("given_name", "family_name", "phone", "email"),
    "treatments:plan_new": ("consultation", "condition"),
    "treatments:plan": ("on",),
}


@pytest.fixture(scope="module")
def forms(built: World) -> list[Met]:
    """Every form, gathered once."""
    with taken_back():
        return all_forms(built)


def status(the: World, form: Met, sent: Any, **how: Any) -> int:
    """What a form answers, the deed taken back."""
    with taken_back():
        return the.browser(form.who).post(form.address, sent, **how).status_code


def test_the_forms_were_found(forms: list[Met]) -> None:
    names = {form.name for form in forms}
    assert len(forms) > 25
    assert {
        "patients:new",
        "patients:edit",
        "patients:intake_step",
        "scheduling:book",
        "scheduling:book_by_link",
    } <= names
    assert {"treatments:consultation_save", "treatments:plan_revise", "treatments:session_save"} <= names


def test_no_box_of_any_form_makes_a_fault(the: World, forms: list[Met]) -> None:
    """Each box gets one hostile value, in turn; which ones changes as forms grow."""
    turn, faults = 0, []
    for form in forms:
        for box in form.boxes:
            turn += 1
            value = HOSTILE[turn % len(HOSTILE)]
            if status(the, form, form.sent | {box: value}) >= 500:
                faults.append((form.name, box, value[:40]))
    assert faults == []
    assert turn > 100


def test_no_hostile_value_in_every_box_at_once_makes_a_fault(the: World, forms: list[Met]) -> None:
    faults = [
        (form.name, value[:40])
        for turn, form in enumerate(forms)
        for value in HOSTILE[turn % 12 :: 12]
        if status(the, form, dict.fromkeys(form.sent, value)) >= 500
    ]
    assert faults == []


def test_missing_and_repeated_keys_and_strange_bodies_make_no_fault(the: World, forms: list[Met]) -> None:
    """Nothing at all to each form; of the stranger bodies one each, in turn."""
    for turn, form in enumerate(forms):
        twice = {key: [value, value] for key, value in form.sent.items()}
        strange: list[tuple[Any, dict[str, Any]]] = [
            (twice, {}),
            (json.dumps(form.sent), {"content_type": "application/json"}),
            (b"--x\r\nnot a part", {"content_type": "multipart/form-data; boundary=y"}),
            (b"\xff\xfe=%00&=&&", {"content_type": "application/x-www-form-urlencoded"}),
        ]
        for sent, how in (({}, {}), strange[turn % len(strange)]):
            assert status(the, form, sent, **how) < 500, (form.name, how)


def careless(request: HttpRequest) -> HttpResponse:
    """A page that believes what is typed."""
    return HttpResponse(int(request.POST["visits"]))


def test_a_page_that_believes_what_is_typed_would_be_seen(the: World) -> None:
    urls = ModuleType("urls_with_a_careless_page")
    urls.urlpatterns = [path("careless/", login_not_required(careless))]  # type: ignore[attr-defined]
    form = Met("careless", "/careless/", None, {"visits": "1"})
    with override_settings(ROOT_URLCONF=urls):
        assert status(the, form, form.sent) == 200
        assert status(the, form, {"visits": DIGITS}) == 500


@pytest.mark.parametrize(
    ("name", "kind", "sent"),
    [
        ("treatments:plan_state", "plan", {"state": "paused", "reason": NUL}),
        ("treatments:plan_revise", "plan", {"count-corrugator:left:0": DIGITS}),
        ("treatments:plan_revise", "plan", {"base": "[" * 5_000}),
        ("treatments:session_save", "draft", {"version": DIGITS}),
        ("treatments:session_check", "draft", {"version": DIGITS}),
        ("scheduling:log_call", "follow_up", {"outcome": "declined", "note": "long but allowed " * 11}),
        ("scheduling:take_back_call", "call", {"reason": "long but allowed " * 11}),
        ("scheduling:move", "visit", {"version": DIGITS, "slot": "x"}),
    ],
)
def test_what_once_made_a_fault_makes_none(the: World, name: str, kind: str, sent: dict[str, str]) -> None:
    others = STAFF[name].others
    where = reverse(name, kwargs={"public_id": the.here.id_of(kind)} | others)
    role = Role.CLINICIAN if Role.CLINICIAN in STAFF[name].roles else Role.FRONT_DESK
    assert the.browser(role).post(where, sent).status_code < 500


def test_a_nul_byte_past_the_forms_is_a_request_that_cannot_be_read(the: World) -> None:
    where = reverse("treatments:plan_state", args=[the.here.plan.public_id])
    answer = the.browser(Role.CLINICIAN).post(where, {"state": "paused", "reason": f"Abroad {NUL}"})
    assert answer.status_code == 400
    the.here.plan.refresh_from_db()
    assert the.here.plan.state == "active"


@pytest.mark.parametrize("name", ASKED)
def test_junk_asked_of_a_page_makes_no_fault(the: World, name: str) -> None:
    entry = STAFF[name]
    where = reverse(name, kwargs={key: the.here.id_of(kind) for key, kind in entry.named.items()})
    client = the.browser(Role.CLINICIAN if Role.FRONT_DESK not in entry.roles else Role.FRONT_DESK)
    always = {"patient": str(the.here.patient.public_id)} if name == "scheduling:book" else {}
    for key in ASKED[name]:
        for junk in JUNK:
            answer = client.get(where, always | {key: junk})
            assert answer.status_code < 500, (key, junk[:20])
            assert SCRIPT not in answer.content.decode()


PATHS = sorted(name for name, entry in (STAFF | LINKS).items() if entry.named)
TURNS = 3
"""What no address takes is the resolver's to refuse, and the same for all: each name asks a third of it, in turn."""


def reaches_a_view(path: str) -> bool:
    """Whether an address takes what stands in a path."""
    try:
        resolve(unquote(path))
    except Resolver404:
        return False
    return True


@pytest.mark.parametrize("name", PATHS)
def test_junk_in_a_path_names_nothing(the: World, name: str) -> None:
    entry = (STAFF | LINKS)[name]
    here = reverse(name, kwargs={key: the.here.id_of(kind) for key, kind in entry.named.items()} | entry.others)
    known = the.here.id_of(next(iter(entry.named.values())))
    client = the.browser(Role.CLINICIAN)
    for turn, junk in enumerate(
        (
            "%00",
            "..%2f..",
            "x",
            "%ff%fe",
            "-1",
            known[:-1] + "%0a",
            known + "%20",
            "%E2%80%AE" + known,
            "a" * 2_000,
        ),
        start=PATHS.index(name),
    ):
        where = here.replace(known, junk)
        if reaches_a_view(where) or turn % TURNS == 0:
            assert client.get(where).status_code in {404, 405}, junk[:20]


@pytest.mark.parametrize("name", ["", "   ", "A\x07B", "A\u202eB", LONG])
def test_a_refused_name_is_said_beside_the_field_and_stays(the: World, name: str) -> None:
    answer = the.browser(Role.FRONT_DESK).post(
        reverse("patients:new"),
        {
            "given_name": name,
            "family_name": "Rao Bahadur",
            "sex": "female",
            "language": "en",
            "note_for_desk": "Rings <noon>",
        },
    )
    assert answer.status_code == 200
    assert "given_name" in answer.context["form"].errors
    page = answer.content.decode()
    assert "Rao Bahadur" in page
    assert escape("Rings <noon>") in page
    assert not Patient.objects.filter(family_name="Rao Bahadur").exists()


@pytest.mark.parametrize("name", ["ક્ષિત્રજ્ઞ", "👩🏽‍⚕️ Asha", "O'Neil-D'Souza", "أمينة", SCRIPT, "=1+1", "{{7*7}}"])
def test_a_strange_name_is_kept_and_inert_wherever_it_stands(the: World, name: str) -> None:
    desk = the.browser(Role.FRONT_DESK)
    typed = {"given_name": name, "sex": "female", "language": "en", "wants_reminders": "on"}
    added = desk.post(reverse("patients:new"), typed)
    assert added.status_code == 302
    patient = Patient.objects.get(public_id=added["Location"].split("/")[-2])
    assert patient.given_name == name
    location = the.here.location
    kind = AppointmentType.objects.get(kind="consultation")
    slot = f"{next_morning(the.now, location, days=3).isoformat()}|{the.here.doctor.public_id}|"
    booked = desk.post(
        f"{reverse('scheduling:book')}?patient={patient.public_id}",
        {"pressed": str(uuid.uuid4()), "type": kind.public_id, "slot": slot, "reason": SCRIPT},
    )
    assert booked.status_code == 302
    day = next_morning(the.now, location, days=3).astimezone(location.zone).date().isoformat()
    for page in (
        added["Location"], booked["Location"], reverse("patients:list"), f"{reverse('scheduling:calendar')}?day={day}",
        f"/?day={day}", reverse("scheduling:messages"), reverse("patients:intake_inbox"),
        reverse("scheduling:patient_visits", args=[patient.public_id]),
        reverse("patients:edit", args=[patient.public_id]),
    ):  # fmt: skip
        shown = desk.get(page).content.decode()
        assert "<script>alert" not in shown, page
        assert ">49<" not in shown
