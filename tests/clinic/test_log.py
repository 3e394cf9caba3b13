"""A fault in the log names the place in the program and nobody."""

import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from clinic.middleware import QuietFormatter
from tests.treatments.people import a_patient

NAME = "Kavita"
NOTE = "Rings at noon\nand his sister's name is Kavita\n\nLINE 2: not from the database"


def written(error: BaseException) -> str:
    """What the log would hold of an error."""
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "A fault", (), (type(error), error, error.__traceback__)
    )
    return QuietFormatter("%(message)s").format(record)


@pytest.mark.django_db
def test_a_row_that_postgres_refused_is_not_written_down() -> None:
    patient = a_patient(given_name=NAME, note_for_desk=NOTE)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        type(patient).objects.filter(pk=patient.pk).update(given_name="", note_for_desk=NOTE, family_name=NAME)
    assert NAME in str(caught.value)
    text = written(caught.value)
    assert NAME not in text
    assert "noon" not in text
    assert "IntegrityError" in text
    assert text.count("Traceback") == 2  # the driver's and Django's: both stay


def test_the_token_of_a_link_is_not_written_down_with_a_fault() -> None:
    token = "Zk3vQ9xT1rLwB4mHcJ9pSdF2gYaE6uKo"
    with pytest.raises(LookupError) as caught:
        raise LookupError(f"/b/{token}/")
    assert token not in written(caught.value)
    assert "/b/[link]/" in written(caught.value)


def test_the_log_of_the_clinic_is_written_so_and_never_holds_pages_or_rows() -> None:
    formatter = dict(settings.LOGGING)["formatters"]["line"]["()"]  # type: ignore[index] # a plain dict of dicts
    assert formatter == "clinic.middleware.QuietFormatter"
    for name in ("django.template", "django.db.backends"):
        assert logging.getLogger(name).level == logging.INFO
