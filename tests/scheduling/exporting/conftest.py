"""The world of the tests of every page: two locations with one of everything."""

from tests.clinic.conftest import built, the

__all__ = ("built", "the")
