"""Numbers, contacts and alerts: each refusal by its constraint, ended and never gone."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.alerts import add_alert, alerts_of, end_alert
from patients.ending import end
from patients.models import Alert, Contact, Identifier, Patient
from patients.register import ContactFacts, StandsAlready, add_contact, add_identifier, guardians_of
from tests.patients.making import NOW, member, person
from tests.patients.register_making import MEENA, in_the_register

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return member()


@pytest.fixture
def asha() -> Patient:
    return person()


def refused(row: Any) -> str | None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()
    return violated(error.value)


def test_number_of_a_kind_and_issuer_stands_once_in_any_case(asha: Patient, user: User) -> None:
    kept = add_identifier(patient=asha, kind="hospital", value="H-1", issuer="Civil Hospital", by=user, now=NOW)
    with pytest.raises(StandsAlready):
        add_identifier(patient=asha, kind="hospital", value="H-2", issuer="civil hospital", by=user, now=NOW)
    add_identifier(patient=asha, kind="hospital", value="H-2", issuer="Sterling", by=user, now=NOW)
    add_identifier(patient=person("Usha"), kind="hospital", value="H-1", issuer="Civil Hospital", by=user, now=NOW)
    assert end(kept, verb="patient.number_ended", by=user, now=NOW)
    add_identifier(patient=asha, kind="hospital", value="H-3", issuer="Civil Hospital", by=user, now=NOW)
    assert not end(kept, verb="patient.number_ended", by=user, now=NOW)
    assert [row.value for row in Identifier.objects.filter(patient=asha)] == ["H-1", "H-3", "H-2"]


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"value": ""}, "identifier_has_a_number"),
        ({"kind": "aadhaar"}, "identifier_kind_is_known"),
        ({"ended_at": NOW}, "identifier_ended_says_by_whom"),
    ],
)
def test_database_refuses_a_number_that_cannot_be(
    asha: Patient, user: User, facts: dict[str, Any], constraint: str
) -> None:
    plain = {"patient": asha, "kind": "passport", "value": "Z1", "issuer": "", "added_by": user, "added_at": NOW}
    assert refused(Identifier(**plain | facts)) == constraint


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"name": ""}, "contact_has_a_name"),
        ({"relation": "boss"}, "contact_relation_is_known"),
        ({"is_for_emergencies": False}, "contact_is_for_something"),
        ({"phone": ""}, "contact_for_emergencies_can_be_rung"),
        ({"phone": "98765"}, "contact_phone_is_in_one_form"),
        ({"ended_at": NOW}, "contact_ended_says_by_whom"),
    ],
)
def test_database_refuses_a_contact_that_cannot_be(
    asha: Patient, user: User, facts: dict[str, Any], constraint: str
) -> None:
    plain = vars(MEENA) | {"patient": asha, "added_by": user, "added_at": NOW}
    assert refused(Contact(**plain | facts)) == constraint


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"text": ""}, "alert_says_something"),
        ({"level": "loud"}, "alert_level_is_known"),
        ({"ended_because": "Well again"}, "alert_ended_says_why"),
        ({"ended_at": NOW, "ended_because": "Well again"}, "alert_ended_says_by_whom"),
    ],
)
def test_database_refuses_an_alert_that_cannot_be(
    asha: Patient, user: User, facts: dict[str, Any], constraint: str
) -> None:
    plain = {
        "patient": asha, "level": "stop", "text": "Faints", "is_for_desk": True, "added_by": user, "added_at": NOW,
    }  # fmt: skip
    assert refused(Alert(**plain | facts)) == constraint


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"abha_number": "123456789012"}, "patient_abha_number_is_in_one_form"),
        ({"abha_address": "Asha@abdm"}, "patient_abha_address_is_in_one_form"),
    ],
)
def test_database_refuses_a_health_account_in_another_form(
    asha: Patient, facts: dict[str, str], constraint: str
) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Patient.objects.filter(pk=asha.pk).update(**facts)
    assert violated(error.value) == constraint


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM patients_identifier",
        "DELETE FROM patients_contact",
        "DELETE FROM patients_alert",
        "UPDATE patients_identifier SET value = 'X'",
        "UPDATE patients_contact SET phone = ''",
        "UPDATE patients_alert SET text = 'X'",
    ],
)
def test_rows_of_the_register_are_ended_and_never_changed_or_gone(asha: Patient, user: User, statement: str) -> None:
    in_the_register(asha, user, NOW)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_guardians_are_those_who_stand(asha: Patient, user: User) -> None:
    gone = add_contact(
        patient=asha, facts=ContactFacts(name="Rekha", relation="parent", is_guardian=True), by=user, now=NOW
    )
    kept = add_contact(
        patient=asha, facts=ContactFacts(name="Dev", relation="guardian", is_guardian=True), by=user, now=NOW
    )
    add_contact(patient=asha, facts=MEENA, by=user, now=NOW)
    end(gone, verb="patient.contact_ended", by=user, now=NOW)
    assert guardians_of(asha) == [kept]


def test_alerts_stand_loudest_first_until_ended_with_why_and_the_trail_tells(asha: Patient, user: User) -> None:
    for level, text, is_for_desk in (
        ("info", "Comes with a carer", True),
        ("stop", "Fainted at the last needle", False),
        ("due", "Hears on the left", True),
    ):
        add_alert(patient=asha, level=level, text=text, is_for_desk=is_for_desk, by=user, now=NOW)
    assert [row.level for row in alerts_of(asha, desk_only=False)] == ["stop", "due", "info"]
    assert [row.level for row in alerts_of(asha, desk_only=True)] == ["due", "info"]
    loud = Alert.objects.get(level="stop")
    assert end_alert(alert=loud, because="Two visits without", by=user, now=NOW)
    assert not end_alert(alert=loud, because="Again", by=user, now=NOW)
    loud.refresh_from_db()
    assert (loud.ended_because, loud.ended_by, loud.ended_at) == ("Two visits without", user, NOW)
    assert [row.level for row in alerts_of(asha, desk_only=False)] == ["due", "info"]
    verbs = list(Entry.objects.filter(patient_public_id=asha.public_id).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["patient.registered", *["patient.alert_added"] * 3, "patient.alert_ended"]
