"""The letters the record makes known, and what each minute's sweep asks of it."""

from clinic.outbox import registry
from patients import hooks
from treatments import calling, document_subjects, holdings, merge_obstacles
from treatments.consents import matters_of
from treatments.letters import PatientNeedsYou


def connect() -> None:
    """Register the letter that calls a colleague, the sweep that calls the next one, and what people's pages ask."""
    registry.register(PatientNeedsYou())
    if calling.sweep not in registry.due_finders:
        registry.due_finders.append(calling.sweep)
    if merge_obstacles.of_the_record not in hooks.merge_obstacles:
        hooks.merge_obstacles.append(merge_obstacles.of_the_record)
    if holdings.of_the_record not in hooks.holdings:
        hooks.holdings.append(holdings.of_the_record)
    if document_subjects.of_the_record not in hooks.document_subjects:
        hooks.document_subjects.append(document_subjects.of_the_record)
    if matters_of not in hooks.consent_matters:
        hooks.consent_matters.append(matters_of)
