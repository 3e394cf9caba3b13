"""The catalogue's pages: read, changed by managers in versions, confirmed by clinicians."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.staff.models import Role, User
from tests.treatments.people import a_user
from tests.treatments.sessions import BOTOX, an_active_plan, ready_catalogue, ready_to_sign, signed
from treatments import catalogue_loading
from treatments.catalogue_editing import NothingToConfirm, confirm_value, edit_entry
from treatments.entry_changes import with_changes
from treatments.errors import EditedMeanwhile, ReasonMissing
from treatments.formulary_db import current_formulary
from treatments.models import Confirmation, HouseVersion, MuscleVersion, ProductVersion, RulesVersion, SessionLimit

pytestmark = pytest.mark.django_db

WHY = "Two patients were weak for weeks."
EDIT = reverse("treatments:catalogue_edit", args=("products", BOTOX))
ENTRY = reverse("treatments:catalogue_entry", args=("products", BOTOX))
HYPERHIDROSIS = "usual_dilution_by_condition.3"
"""Of Botox: the one usual dilution nobody has confirmed."""


@pytest.fixture(autouse=True)
def _loaded(now: datetime) -> None:
    ready_catalogue(now)


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER, name="Kavita Desai")


@pytest.fixture
def doctor() -> User:
    return a_user(name="Dr Asha Rao")


def botox() -> ProductVersion:
    found: ProductVersion = ProductVersion.objects.current().get(key=BOTOX)
    return found


def boxes(client: Client, address: str = EDIT) -> dict[str, str]:
    """The edit page's boxes as they stand."""
    page = client.get(address).content.decode()
    found = re.findall(r'name="(n-[^"]+)" value="([^"]*)"', page)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    return {**dict(found), "seen": seen.group(1), "reason": ""}


def edited(by: User, now: datetime, **changes: Any) -> ProductVersion:
    seen = botox()
    facts = with_changes(seen.facts, changes or {"limits.5.max_units": 360}, why=f"The clinic: {WHY}")
    edit_entry(kind="products", seen=seen, facts=facts, reason=WHY, by=by, now=now)
    return botox()


def confirmed(by: User, now: datetime, path: str = HYPERHIDROSIS) -> Confirmation:
    return confirm_value(kind="products", version=botox(), path=path, note="", by=by, now=now)


def hyperhidrosis_source() -> Any:
    return current_formulary().product(BOTOX).usual_dilutions[-1].source


# -- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["products", "conditions", "protocols", "muscles", "instruments", "screening", "adverse_events", "rules", "house"],
)
def test_every_entry_of_a_kind_has_a_page(kind: str, client: Client, doctor: User) -> None:
    client.force_login(doctor)
    model = dict(catalogue_loading.KINDS)[kind]
    for key in list(model.objects.current().values_list("key", flat=True))[:12]:
        assert client.get(reverse("treatments:catalogue_entry", args=(kind, key))).status_code == 200


def test_page_shows_a_limit_with_its_source_and_state(client: Client, doctor: User) -> None:
    client.force_login(doctor)
    page = client.get(ENTRY).content.decode()
    row = re.search(r'<tr role="row" id="v-limits.4".*?</tr>', page, re.DOTALL)
    assert row
    assert "195" in row.group()
    assert "PREEMPT paradigm" in row.group()
    assert "published trial" in row.group()
    assert "not confirmed" not in row.group()
    open_row = re.search(rf'<tr role="row" id="v-{HYPERHIDROSIS}".*?</tr>', page, re.DOTALL)
    assert open_row
    assert "not confirmed" in open_row.group()


def test_list_finds_by_name_and_counts_what_is_open(client: Client, doctor: User) -> None:
    client.force_login(doctor)
    page = client.get(reverse("treatments:catalogue"), {"kind": "muscles", "q": "frontalis"}).content.decode()
    names = re.findall(r'<th scope="row" role="rowheader"><a [^>]*>([^<]+)</a>', page)
    assert names == ["Frontalis"]
    assert "not confirmed" in page


@pytest.mark.parametrize("address", ["products/no_such_product", "no_kind/onabotulinumtoxinA", "rules/products"])
def test_unknown_entry_is_not_found(address: str, client: Client, doctor: User) -> None:
    client.force_login(doctor)
    assert client.get(f"{reverse('treatments:catalogue')}{address}/").status_code == 404


@pytest.mark.parametrize("edits", [1, 3])
def test_entry_page_takes_the_same_queries_for_one_version_and_three(
    edits: int, client: Client, doctor: User, manager: User, now: datetime, django_assert_num_queries: Any
) -> None:
    for number in range(edits):
        edited(manager, now, **{"limits.5.max_units": 360 - number})
        confirmed(doctor, now, "limits.5")
    client.force_login(doctor)
    client.get(ENTRY)
    with django_assert_num_queries(9):
        client.get(ENTRY)


# -- changing ---------------------------------------------------------------------------------------------------------


def test_edit_makes_a_version_with_who_when_and_why(client: Client, manager: User) -> None:
    old = botox()
    client.force_login(manager)
    response = client.post(EDIT, boxes(client) | {"n-limits.5.max_units": "360", "reason": WHY})
    assert response.status_code == 302
    new = botox()
    old.refresh_from_db()
    assert (new.number, new.edited_by, new.reason) == (old.number + 1, manager, WHY)
    assert (old.facts["limits"][5]["max_units"], new.facts["limits"][5]["max_units"]) == (400, 360)
    assert old.superseded_at == new.loaded_at
    line = Entry.objects.filter(verb="catalogue.edited").latest("id")
    assert (line.by, line.detail) == (manager, {"entry": BOTOX, "number": new.number})
    page = client.get(ENTRY).content.decode()
    assert WHY in page
    assert "Kavita Desai" in page
    assert re.search(r"limits, session total, max units</th><td>400</td><td><b>360</b>", page)


def test_rules_judge_with_the_new_limit_and_say_whose_it_is(manager: User, now: datetime) -> None:
    edited(manager, now)
    limit = current_formulary().product(BOTOX).session_limits()[1]
    assert (limit.max_units, limit.source.text, limit.source.is_unverified) == (
        Decimal(360),
        f"The clinic: {WHY}",
        True,
    )


def test_running_plan_and_signed_session_keep_the_version_they_were_made_with(
    doctor: User, manager: User, now: datetime
) -> None:
    plan = an_active_plan(doctor, now)
    session = signed(ready_to_sign(doctor, now), doctor, now)
    new = edited(manager, now)
    plan.refresh_from_db()
    session.refresh_from_db()
    assert (plan.product.number, session.product.number) == (new.number - 1, new.number - 1)
    assert plan.product.facts["limits"][5]["max_units"] == 400


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"n-limits.5.max_units": "-5"}, "It cannot be less than nothing."),
        ({"n-limits.5.max_units": "lots"}, "Write a number, such as 2.5."),
        ({"n-storage_unopened.value.min_c": "9"}, "The low end is above the high end."),
        ({"reason": ""}, "This field is required."),
        ({}, "Nothing differs from version 1."),
    ],
)
def test_bad_value_is_a_sentence_beside_the_box_and_nothing_is_lost(
    typed: dict[str, str], sentence: str, client: Client, manager: User
) -> None:
    client.force_login(manager)
    sent = boxes(client) | {"reason": WHY} | typed
    response = client.post(EDIT, sent)
    page = response.content.decode()
    assert (response.status_code, botox().number) == (422, 1)
    assert sentence in page
    for name, value in typed.items():
        if name.startswith("n-"):
            assert f'name="{name}" value="{value}"' in page
            assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page) or "min_c" in name


def test_btx_094_second_manager_sees_both_and_undoes_nothing(client: Client, manager: User, now: datetime) -> None:
    """BTX-094: A lowers the session limit, B opened before and changes only the hours: both are seen, both stand."""
    client.force_login(manager)
    sent = boxes(client) | {"n-storage_reconstituted.value.max_hours": "4", "reason": "We open fresh."}
    edited(a_user(Role.MANAGER, name="Rohan Shah"), now)
    response = client.post(EDIT, sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Rohan Shah made version 2 while this page was open." in page
    assert "<td>400</td><td><b>360</b></td>" in page
    assert 'name="n-limits.5.max_units" value="360"' in page
    assert 'name="n-storage_reconstituted.value.max_hours" value="4"' in page
    assert "We open fresh." in page
    again = boxes_of(page) | {"reason": "We open fresh."}
    assert client.post(EDIT, again).status_code == 302
    facts = botox().facts
    assert (facts["limits"][5]["max_units"], facts["storage_reconstituted"]["value"]["max_hours"]) == (360, 4)


def boxes_of(page: str) -> dict[str, str]:
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    return dict(re.findall(r'name="(n-[^"]+)" value="([^"]*)"', page)) | {"seen": seen.group(1)}


def test_btx_094_two_edits_of_one_version_leave_one(manager: User, now: datetime) -> None:
    """BTX-094: the version is checked in the statement that replaces it."""
    seen = botox()
    edited(manager, now)
    facts = with_changes(seen.facts, {"limits.5.max_units": 200}, why=WHY)
    with pytest.raises(EditedMeanwhile) as refused:
        edit_entry(kind="products", seen=seen, facts=facts, reason=WHY, by=manager, now=now)
    assert (refused.value.theirs.number, botox().facts["limits"][5]["max_units"]) == (2, 360)


def test_edit_without_a_reason_is_refused(manager: User, now: datetime) -> None:
    facts = with_changes(botox().facts, {"limits.5.max_units": 200}, why=WHY)
    with pytest.raises(ReasonMissing):
        edit_entry(kind="products", seen=botox(), facts=facts, reason="  ", by=manager, now=now)


def test_edit_page_opens_only_for_what_managers_may_change(client: Client, manager: User) -> None:
    client.force_login(manager)
    statuses = {
        kind: client.get(reverse("treatments:catalogue_edit", args=(kind, key))).status_code
        for kind, key in (
            ("rules", "rules"),
            ("house", "house"),
            ("conditions", "chronic_migraine"),
            ("protocols", "preempt_chronic_migraine"),
            ("muscles", "frontalis"),
            ("screening", "screening"),
        )
    }
    assert statuses == {
        "rules": 200, "house": 200, "conditions": 200, "protocols": 200, "muscles": 404, "screening": 404,
    }  # fmt: skip


def test_reloading_the_catalogue_leaves_an_edit_of_the_rules(manager: User, now: datetime) -> None:
    rules = RulesVersion.objects.current().get()
    facts = with_changes(rules.facts, {"rules.0.min_days.value": 90}, why=WHY)
    edit_entry(kind="rules", seen=rules, facts=facts, reason=WHY, by=manager, now=now)
    loaded = {one.kind: one for one in catalogue_loading.load(now=now + timedelta(days=1))}
    assert (loaded["rules"].kept, loaded["rules"].changed) == (1, 0)
    assert current_formulary().rules.interval.min_days.value == 90


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE treatments_productversion SET facts = '{}'",
        "UPDATE treatments_productversion SET reason = 'x'",
        "DELETE FROM treatments_productversion",
        "UPDATE treatments_confirmation SET note = 'x'",
        "DELETE FROM treatments_confirmation",
    ],
)
def test_version_and_confirmation_stand_for_every_writer(sql: str, doctor: User, now: datetime) -> None:
    confirmed(doctor, now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_replaced_version_is_not_put_back_by_hand(manager: User, now: datetime) -> None:
    edited(manager, now)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        ProductVersion.objects.filter(key=BOTOX, number=1).update(superseded_at=None)
    assert violated(refused.value) in ("treatments_version_stands", "productversion_one_current")


# -- confirming -------------------------------------------------------------------------------------------------------


def test_confirmation_stands_where_the_value_is_used(doctor: User, now: datetime) -> None:
    assert hyperhidrosis_source().is_unverified
    confirmed(doctor, now)
    source = hyperhidrosis_source()
    assert (source.is_unverified, source.confirmed_by) == (False, "Dr Asha Rao")


def test_a_confirmation_after_midnight_is_of_the_clinics_day(client: Client, doctor: User) -> None:
    """One in the night in Ahmedabad is still the evening before in UTC."""
    night = datetime.fromisoformat("2027-03-02T01:00+05:30")
    confirmed(doctor, night)
    assert hyperhidrosis_source().confirmed_on == "2027-03-02"
    client.force_login(doctor)
    assert "confirmed by Dr Asha Rao on 2 Mar 2027" in client.get(ENTRY).content.decode()


def test_clinician_confirms_on_the_page_and_is_named_there(client: Client, doctor: User) -> None:
    client.force_login(doctor)
    address = reverse("treatments:catalogue_confirm", args=("products", BOTOX))
    sent = {"path": HYPERHIDROSIS, "number": "1", "note": "Read on the pack insert."}
    response = client.post(address, sent)
    assert (response.status_code, response["Location"]) == (302, f"{ENTRY}#v-{HYPERHIDROSIS}")
    page = client.get(ENTRY).content.decode()
    row = re.search(rf'<tr role="row" id="v-{HYPERHIDROSIS}".*?</tr>', page, re.DOTALL)
    assert row
    assert "confirmed by Dr Asha Rao on" in row.group()
    assert "Read on the pack insert." in row.group()
    assert Entry.objects.filter(verb="catalogue.confirmed", by=doctor).count() == 1
    client.post(address, sent)
    assert Confirmation.objects.count() == 1


def test_other_value_needs_a_confirmation_of_its_own_and_coming_back_is_another(
    doctor: User, manager: User, now: datetime
) -> None:
    confirmed(doctor, now)
    first = {f"{HYPERHIDROSIS}.diluent_ml": 5, f"{HYPERHIDROSIS}.units_per_0_1_ml": 2}
    edited(manager, now, **first)
    assert hyperhidrosis_source().is_unverified
    shipped = ProductVersion.objects.get(key=BOTOX, number=1).facts
    edit_entry(kind="products", seen=botox(), facts=shipped, reason=WHY, by=manager, now=now)
    assert hyperhidrosis_source().is_unverified


def test_confirmation_outlives_an_edit_of_another_value(doctor: User, manager: User, now: datetime) -> None:
    confirmed(doctor, now)
    edited(manager, now)
    assert hyperhidrosis_source().confirmed_by == "Dr Asha Rao"


def test_clinics_own_value_is_open_until_confirmed(doctor: User, manager: User, now: datetime) -> None:
    edited(manager, now)
    confirmed(doctor, now, "limits.5")
    source = current_formulary().product(BOTOX).session_limits()[1].source
    assert (source.confirmed_by, source.is_unverified) == ("Dr Asha Rao", False)


@pytest.mark.parametrize("path", ["limits.4", "limits.99", "limits.4.max_units", "brands"])
def test_nothing_is_confirmed_where_nothing_is_open(path: str, doctor: User, now: datetime) -> None:
    with pytest.raises(NothingToConfirm):
        confirmed(doctor, now, path)


def test_value_that_changed_meanwhile_is_not_confirmed(doctor: User, manager: User, now: datetime) -> None:
    seen = botox()
    edited(manager, now)
    with pytest.raises(EditedMeanwhile):
        confirm_value(kind="products", version=seen, path=HYPERHIDROSIS, note="", by=doctor, now=now)


def test_value_of_a_muscle_is_confirmed_too(doctor: User, now: datetime) -> None:
    muscle = MuscleVersion.objects.current().get(key="frontalis")
    confirm_value(kind="muscles", version=muscle, path="", note="", by=doctor, now=now)
    assert current_formulary().muscle("frontalis").source.confirmed_by == "Dr Asha Rao"


# -- the clinic's own -------------------------------------------------------------------------------------------------


def test_managers_figure_decides_what_the_stock_lists(client: Client, manager: User, now: datetime) -> None:
    house = HouseVersion.objects.current().get()
    facts = with_changes(house.facts, {"stock.expiring_within_days.value": 90}, why=WHY)
    edit_entry(kind="house", seen=house, facts=facts, reason=WHY, by=manager, now=now)
    assert current_formulary().house.expiring_within_days.value == 90


def test_r31_clinician_sets_a_limit_on_the_products_page(client: Client, doctor: User) -> None:
    """R31: the first use of a product without a session limit waits for a clinician's."""
    client.force_login(doctor)
    key = "neuronox_meditoxin"
    page = reverse("treatments:catalogue_entry", args=("products", key))
    assert "It cannot be used before a clinician sets one (R31)." in client.get(page).content.decode()
    address = reverse("treatments:catalogue_limit", args=(key,))
    assert client.post(address, {"max_units": "many", "reason": "Like its label"}).status_code == 422
    assert client.post(address, {"max_units": "200", "reason": "As on its pack insert."}).status_code == 302
    assert client.post(address, {"max_units": "150", "reason": "Lower after a weak neck."}).status_code == 302
    limits = list(SessionLimit.objects.filter(product_key=key).values_list("max_units", "set_by__full_name"))
    assert limits == [(Decimal(150), "Dr Asha Rao"), (Decimal(200), "Dr Asha Rao")]
    shown = client.get(page).content.decode()
    assert shown.index("Lower after a weak neck.") < shown.index("As on its pack insert.")
