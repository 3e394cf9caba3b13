"""Which letters are known."""

from typing import ClassVar

import pytest

from clinic.outbox import registry
from clinic.outbox.errors import AlreadyRegistered, UnknownLetter
from tests.outbox.kinds import Reminder


class Impostor(Reminder):
    """Another letter under the same name."""

    slug: ClassVar[str] = Reminder.slug


def test_registry_knows_what_was_registered(kind: Reminder) -> None:
    assert registry.kind_for("test_reminder") is kind
    registry.register(Reminder())
    assert isinstance(registry.known_kinds()["test_reminder"], Reminder)


def test_registry_refuses_two_letters_of_one_name(kind: Reminder) -> None:
    with pytest.raises(AlreadyRegistered):
        registry.register(Impostor())


def test_registry_refuses_a_name_nobody_registered() -> None:
    with pytest.raises(UnknownLetter) as refused:
        registry.kind_for("nobody")
    assert refused.value.slug == "nobody"
