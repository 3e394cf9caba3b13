"""A notice names who asks: the clinic as its letters name it, not the place's own name."""

from clinic.locations.models import Location
from patients.consent_words import blocks


def test_a_notice_names_the_clinic_and_the_phone_of_the_place() -> None:
    place = Location(name="Ahmedabad", sender_name="Kadamb Clinic", phone="+91 98765 00000")
    assert blocks("How {clinic} uses it\n\nCall {phone}.", place) == [
        {"heading": "How Kadamb Clinic uses it"},
        {"text": "Call +91 98765 00000."},
    ]
