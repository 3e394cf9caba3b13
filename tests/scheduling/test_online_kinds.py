"""Which types of visit the public page offers, and whom with: what somebody gives there, and nobody who does not."""

from typing import Any

import pytest
from django.test import Client

from scheduling.models import AppointmentType, ProviderType
from tests.scheduling.made import NOW, another_doctor
from tests.scheduling.online_making import page_of, taking_bookings

pytestmark = pytest.mark.django_db


def test_who_does_not_give_a_type_is_not_among_those_who_do(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    here = taking_bookings()
    other = another_doctor(here)
    review = AppointmentType.objects.create(
        name="Review", public_name="Review", kind="review", minutes=15, is_online=True
    )
    ProviderType.objects.create(clinician=other, type=here.consultation)
    asked = {"type": str(review.public_id), "who": str(other.public_id)}
    text = Client().get(page_of(here, **asked)).text
    assert "Dr Farhan Qureshi does not give this kind of visit. These are the times of others." in text
    assert f'type="radio" name="who" value="{other.public_id}"' not in text
    assert "does not give" not in Client().get(page_of(here, **asked | {"type": str(here.consultation.public_id)})).text
    ProviderType.objects.create(clinician=here.doctor, type=here.consultation)
    assert str(review.public_id) not in Client().get(page_of(here)).text  # nobody gives it here
