"""Addresses in letters."""

from pytest_django import Settings

from clinic.outbox.links import Links


def test_links_stand_on_the_clinics_own_origin(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://clinic.example"
    assert Links().absolute("/v/x") == "https://clinic.example/v/x"
    assert Links().to("healthz") == "https://clinic.example/healthz"


def test_links_take_another_origin_with_or_without_its_slash() -> None:
    assert Links("https://other.example/").absolute("/v/x") == "https://other.example/v/x"
