"""A record is restricted between the page and the press: the deed holds it, looks again and writes nothing."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role
from patients.alerts import add_alert
from patients.errors import RecordKept
from patients.intake import submit
from patients.models import Alert, Contact, DetailDecision, HistoryItem, Identifier, Patient
from patients.register import ContactFacts, add_contact, add_identifier
from patients.taking_over import leave, take_over
from patients.taking_over_health import take_line_over
from tests.patients.intake_making import filled, invited
from tests.patients.making import NOW, client_of, member, person
from tests.patients.test_closing import restricted

pytestmark = pytest.mark.django_db
WRITES: dict[str, Callable[..., Any]] = {
    "number": partial(add_identifier, kind="insurance", value="7", issuer="Nirvana"),
    "contact": partial(
        add_contact,
        facts=ContactFacts(name="Ravi Rao", relation="child", phone="+919876500132", is_for_emergencies=True),
    ),
    "alert": partial(add_alert, level="info", text="Prefers mornings", is_for_desk=True),
}


@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_added_to_a_record_that_was_restricted_meanwhile(name: str) -> None:
    seen, by = person(), member()
    restricted(Patient.objects.get(pk=seen.pk), by)
    with pytest.raises(RecordKept):
        WRITES[name](patient=seen, by=by, now=NOW)
    assert not any(model.objects.exists() for model in (Identifier, Contact, Alert))
    other = person("Bela")
    assert WRITES[name](patient=other, by=by, now=NOW).patient == other  # the control: one that is open takes it


def test_nothing_of_a_form_is_decided_in_a_record_that_was_restricted_meanwhile() -> None:
    by = member(Role.CLINICIAN)
    told = filled(invited(NOW, phone="+919876500131"), NOW, about_phone="98765 00132", medicines="Aspirin")
    form = submit(intake=told, by=None, now=NOW)
    restricted(Patient.objects.get(pk=form.patient_id), by)
    for deed, more in (
        (take_over, {"field": "phone", "seen_version": form.patient.version}),
        (leave, {"field": "phone"}),
        (take_line_over, {"field": "medicines.0"}),
    ):
        with pytest.raises(RecordKept):
            deed(intake=form, by=by, now=NOW, **more)
    assert (DetailDecision.objects.exists(), HistoryItem.objects.exists()) == (False, False)


def test_press_that_a_restriction_overtook_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    patient, user = person(), member(Role.CLINICIAN)

    def late(**facts: Any) -> Any:
        restricted(Patient.objects.get(pk=patient.pk), user)
        return add_contact(**facts)

    monkeypatch.setattr("patients.views.register_lines.add_contact", late)
    typed = {"name": "Ravi Rao", "relation": "child", "phone": "98765 00132", "is_for_emergencies": "on"}
    answer = client_of(user).post(reverse("patients:contacts", args=[patient.public_id]), typed)
    assert (answer.status_code, Contact.objects.exists()) == (409, False)
    assert not Entry.objects.filter(verb="patient.contact_added").exists()
