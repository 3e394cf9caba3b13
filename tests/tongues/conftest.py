"""The world of the tests that ask every page."""

from tests.clinic.conftest import built, the

__all__ = ("built", "the")
