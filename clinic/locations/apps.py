"""Where care is given."""

from django.apps import AppConfig


class LocationsConfig(AppConfig):
    """Locations, rooms and closures."""

    name = "clinic.locations"
    label = "locations"
