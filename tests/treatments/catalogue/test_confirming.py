"""Values of the catalogue confirmed by clinicians, and the clinic's own figures."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import User
from tests.treatments.catalogue.making import ENTRY, HYPERHIDROSIS, WHY, botox, confirmed, edited, hyperhidrosis_source
from tests.treatments.sessions import BOTOX
from treatments.catalogue_editing import NothingToConfirm, confirm_value, edit_entry
from treatments.entry_changes import with_changes
from treatments.errors import EditedMeanwhile
from treatments.formulary_db import current_formulary
from treatments.models import Confirmation, HouseVersion, MuscleVersion, ProductVersion, SessionLimit

pytestmark = pytest.mark.django_db


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
