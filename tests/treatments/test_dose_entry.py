"""Doses at every door: forms in each language, the save from script, the database; and shown so none is misread."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.staff.models import Role, User
from tests.templates import FOLDER
from tests.treatments.people import a_user
from tests.treatments.session_pages import first_key, local, posted, url
from tests.treatments.sessions import an_active_plan, checked, prepared, signed, some_vials
from treatments.models import InjectionSession, PlanSite, Preparation, SessionSite, Vial
from treatments.quantities import NO_BREAK_SPACE

pytestmark = pytest.mark.django_db

ROWS = json.loads((Path(__file__).parent / "cases/dose_inputs.json").read_text())["rows"]
READ = {row["in"]: row["value"] for row in ROWS if row["ok"] is True} | {"5U": "5", "0.5": "0.5"}
REFUSED = [row["in"] for row in ROWS if row["in"] not in READ] + ["2,5 ", "1.000,5"]
LANGUAGES = ("en", "hi", "gu", "de")


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


@pytest.fixture
def session(clinician: User, now: datetime) -> InjectionSession:
    session = checked(an_active_plan(clinician, now), clinician, now)
    prepared(session, some_vials(clinician, now), clinician, now)
    return session


def first_units(session: InjectionSession) -> Decimal:
    return SessionSite.objects.get(public_id=first_key(session)).units


def test_btx_055_056_the_table_of_cases_is_whole() -> None:
    """BTX-055, BTX-056: every row of the cases' file is read here or refused here."""
    assert {row["in"] for row in ROWS if row["ok"] is False} <= set(REFUSED)
    assert {"2,5", "1,000"} <= set(REFUSED)  # a comma is a field error: never 25, never 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["form", "script"])
def test_btx_055_056_session_form_refuses_and_keeps_what_was_typed(
    client: Client, session: InjectionSession, language: str, headers: dict[str, str]
) -> None:
    """BTX-055, BTX-056: in each language, by the form and by the save from script; nothing else is written."""
    key = first_key(session)
    for typed in REFUSED:
        data = posted(session, **{f"{key}-units": typed})
        answer = client.post(url("session_save", session), data, headers={"accept-language": language, **headers})
        body = answer.content.decode()
        assert answer.status_code == (200 if headers else 422), typed
        assert f'id="err-{key}" role="alert"' in body, typed
        assert f'id="err-{key}" role="alert"></span>' not in body, typed
        assert first_units(session) == 5, typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_btx_055_056_session_form_reads_exactly_and_shows_it_back(
    client: Client, session: InjectionSession, language: str
) -> None:
    """BTX-055, BTX-056: 0.5 and 1.25 can be typed; what was saved is shown back before the signature."""
    key = first_key(session)
    for typed, value in READ.items():
        data = posted(session, **{f"{key}-units": typed})
        answer = client.post(url("session_save", session), data, headers={"accept-language": language})
        assert answer.status_code == 302, typed
        assert first_units(session) == Decimal(value), typed
        shown = client.get(url("session", session), headers={"accept-language": language}).content.decode()
        assert f'name="{key}-units" value="{value}"' in shown, typed


def test_btx_056_half_filled_row_is_an_error_and_an_empty_one_is_ignored(
    client: Client, session: InjectionSession
) -> None:
    """BTX-056: a dose without a muscle, a muscle without a dose, a row nobody used."""
    for fields in ({"units": "5"}, {"muscle": "masseter", "side": "left"}, {"muscle": "masseter", "units": "5"}):
        new = "0b9f6a58-5f0e-4f6e-9d4e-2d6f1a2b3c4d"
        data = posted(session) | {f"{new}-{name}": value for name, value in fields.items()}
        data["row"] = [*data["row"], new]
        assert client.post(url("session_save", session), data).status_code == 422, fields
        assert session.sites.count() == 31
    empty = posted(session)
    empty["row"] = [*empty["row"], "7c1d2f30-1111-4222-8333-944455556666"]
    assert client.post(url("session_save", session), empty).status_code == 302
    assert session.sites.count() == 31


@pytest.mark.parametrize("typed", REFUSED)
def test_btx_055_056_plan_form_refuses(client: Client, session: InjectionSession, typed: str) -> None:
    """BTX-055, BTX-056: a plan's dose is read as a session's is."""
    plan = session.plan
    page = client.get(reverse("treatments:plan_edit", args=[plan.public_id]))
    base = json.loads(page.context["base"])
    sent = base | {"base": json.dumps(base), "units-procerus:midline:0": typed}
    before = list(plan.sites.values_list("units", flat=True))
    answer = client.post(reverse("treatments:plan_revise", args=[plan.public_id, plan.version]), sent)
    assert answer.status_code == 422
    assert "units-procerus:midline:0" in answer.content.decode()
    assert list(plan.sites.values_list("units", flat=True)) == before


@pytest.mark.parametrize("typed", REFUSED)
def test_btx_055_056_stock_and_bench_refuse(
    client: Client, clinician: User, now: datetime, session: InjectionSession, typed: str
) -> None:
    """BTX-055, BTX-056: units of a vial and mL of a preparation are doses too."""
    product = str(session.product.public_id)
    delivery = {"product": product, "number": "Z1", "expires": "11/2028", "vial_units": typed, "vials": "1"}
    assert client.post(reverse("treatments:stock_receive"), delivery).status_code == 422
    assert not Vial.objects.filter(lot__number="Z1").exists()
    vial = some_vials(clinician, now, number="B2")[0]
    bench = {
        "vials": [str(vial.public_id)],
        "diluent": "saline",
        "diluent_ml": typed,
        "reconstituted_at": local(now),
    }
    assert client.post(url("session_prepare", session), bench).status_code == 422
    assert Preparation.objects.count() == 1


def _session_site(session: InjectionSession) -> Any:
    return SessionSite.objects.filter(session=session)


def _plan_site(session: InjectionSession) -> Any:
    return PlanSite.objects.filter(plan=session.plan)


def _vial(_session: InjectionSession) -> Any:
    return Vial.objects.filter(opened_at=None)


@pytest.mark.parametrize("of", [_session_site, _plan_site, _vial])
@pytest.mark.parametrize("units", ["0", "-5"])
def test_btx_056_the_database_refuses_when_the_form_is_bypassed(
    clinician: User, now: datetime, session: InjectionSession, of: Callable[[InjectionSession], Any], units: str
) -> None:
    """BTX-056: a direct save of nought or less breaks a constraint, whoever writes it."""
    some_vials(clinician, now, number="B2")
    with pytest.raises(IntegrityError), transaction.atomic():
        of(session).update(units=Decimal(units))


def test_btx_058_thirty_one_tenths_fill_a_vial_with_3_1_left(client: Client, clinician: User, now: datetime) -> None:
    """BTX-058: 31 x 0.1 is the 3.1 the vial holds: not too much, and the same text on every page."""
    session = checked(an_active_plan(clinician, now), clinician, now)
    session.sites.update(units=Decimal("0.1"))
    prepared(session, some_vials(clinician, now, units="3.1"), clinician, now, ml="1")
    live = client.post(url("session_save", session), posted(session), headers={"HX-Request": "true"})
    assert ">3.1</span>" in live.content.decode()
    assert live.context["made"][0]["balance"]["is_over"] is False
    page = client.get(url("session", session)).content.decode()
    assert "3.1 out + 0 left = 3.1" in page
    session.refresh_from_db()
    found = {finding.rule for finding in live.context["findings"]["open"] if finding.level == "override"}
    keys = [f"{field.name}" for finding in live.context["findings"]["open"] if (field := finding.reason_field)]
    reasons = {key.removeprefix("reason:"): "Discussed with the patient, who agrees." for key in keys}
    session = signed(session, clinician, now, reasons=reasons)
    assert session.total_units == Decimal("3.1")
    assert "R10" not in found
    for name in ("session", "session_print"):
        assert f"3.1{NO_BREAK_SPACE}units" in client.get(url(name, session)).content.decode()


@pytest.mark.parametrize(
    ("units", "shown"), [("5", "5"), ("0.5", "0.5"), ("2.50", "2.5"), ("10", "10"), ("1000", "1,000")]
)
def test_btx_059_a_dose_is_shown_without_a_trailing_zero_and_with_its_word(
    client: Client, clinician: User, now: datetime, units: str, shown: str
) -> None:
    """BTX-059: on the session's page, on its sheet for paper, beside each lot it came from."""
    session = checked(an_active_plan(clinician, now, sites=1), clinician, now)
    session.sites.update(units=Decimal(units))
    prepared(session, some_vials(clinician, now, units="1000"), clinician, now)
    page = client.get(url("session_prepare", session)).content.decode()
    assert f"{shown}{NO_BREAK_SPACE}units" in page
    paper = client.get(url("session_print", session)).content.decode()
    assert f"{shown}{NO_BREAK_SPACE}units" in paper
    assert not re.search(r"\d\.\d*0\s*(?:units|U\b|&nbsp;)", paper)


def test_btx_059_headers_of_the_stock_table_name_the_unit(clinician: User) -> None:
    """BTX-059: a column of doses says so in its head; the numbers below have no trailing zero."""
    client = Client()
    client.force_login(a_user(Role.MANAGER))
    some_vials(clinician, timezone.now(), units="50")
    head, first, *_rest = client.get(reverse("treatments:stock_csv")).content.decode("utf-8-sig").splitlines()
    cell = dict(zip(head.split(","), first.split(","), strict=True))["units_a_vial"]
    assert cell == "50"


DOSE_BY_HAND = re.compile(r"units\|(?:floatformat|stringformat)")


def test_btx_059_no_template_formats_a_dose_by_hand() -> None:
    """BTX-059: doses come as words or go through the filter; "77.50 units" was once a template's own formatting."""
    found = [path.name for path in FOLDER.rglob("*.html") if DOSE_BY_HAND.search(path.read_text())]
    assert found == []
    assert DOSE_BY_HAND.search('{{ draw.units|floatformat:"-2" }} units')  # the control: what stood there
