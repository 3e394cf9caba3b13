"""The letters the record makes known, and what each minute's sweep asks of it."""

from clinic.outbox import registry
from treatments import calling
from treatments.letters import PatientNeedsYou


def connect() -> None:
    """Register the letter that calls a colleague, and the sweep that calls the next one."""
    registry.register(PatientNeedsYou())
    if calling.sweep not in registry.due_finders:
        registry.due_finders.append(calling.sweep)
