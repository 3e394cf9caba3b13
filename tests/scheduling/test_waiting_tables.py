"""What the tables of the waiting list refuse, whoever writes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.lib.db import violated
from scheduling.models import (
    FreedTime,
    SlotOffer,
    WaitingEntry,
)
from tests.scheduling.made import NOW, Clinic
from tests.scheduling.waiting_made import offered, waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
MINUTE = timedelta(minutes=1)


BROKEN: dict[str, dict[str, Any]] = {
    "waiting_begins_before_it_ends": {"until_on": date(2027, 2, 1)},
    "waiting_hours_start_before_they_end": {"opens": "13:00", "closes": "10:00"},
    "waiting_days_are_weekdays": {"weekdays": [7]},
    "waiting_state_is_known": {"state": "lost", "ended_at": NOW},
    "waiting_ended_has_its_time": {"state": "over"},
    "waiting_booked_names_its_visit": {"state": "booked", "ended_at": NOW},
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_table_refuses_an_entry_that_contradicts_itself(here: Clinic, name: str) -> None:
    entry = waits(here)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        WaitingEntry.objects.filter(pk=entry.pk).update(**BROKEN[name])
    assert violated(error.value) == name


SPOILT: dict[str, dict[str, Any]] = {
    "offer_state_is_known": {"state": "lost", "ended_at": NOW},
    "offer_leaves_time_to_answer": {"expires_at": NOW - timedelta(hours=1)},
    "offer_is_answered_before_the_visit": {"expires_at": NOW + timedelta(days=9)},
    "offer_ended_has_its_time": {"state": "gone"},
}


@pytest.mark.parametrize("name", SPOILT)
def test_the_table_refuses_an_offer_that_contradicts_itself(here: Clinic, name: str) -> None:
    (offer,) = offered(here)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SlotOffer.objects.filter(pk=offer.pk).update(**SPOILT[name])
    assert violated(error.value) == name


def test_the_table_keeps_one_open_offer_an_entry_and_one_of_a_time(here: Clinic) -> None:
    (offer,) = offered(here)
    facts = {"entry": offer.entry, "starts_at": offer.starts_at, "made_at": NOW, "expires_at": offer.expires_at}
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SlotOffer.objects.create(freed=offer.freed, state="lapsed", ended_at=NOW, **facts)
    assert violated(error.value) == "offer_once_to_each"
    other = FreedTime.objects.create(
        location=here.location, clinician=here.doctor, starts_at=here.at("12:00"), ends_at=here.at("12:30"),
        freed_at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SlotOffer.objects.create(freed=other, **facts)
    assert violated(error.value) == "offer_one_open_an_entry"
