"""The catalogue's pages: read, and changed by managers in versions."""

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
from tests.treatments.catalogue.making import EDIT, ENTRY, HYPERHIDROSIS, WHY, botox, boxes, confirmed, edited
from tests.treatments.people import a_user
from tests.treatments.sessions import BOTOX, an_active_plan, ready_to_sign, signed
from treatments import catalogue_loading
from treatments.catalogue_editing import edit_entry
from treatments.entry_changes import with_changes
from treatments.errors import EditedMeanwhile, ReasonMissing
from treatments.formulary_db import current_formulary
from treatments.models import ProductVersion, RulesVersion

pytestmark = pytest.mark.django_db


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
