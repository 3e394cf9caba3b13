"""What the calendar hangs on the deeds of the floors below, and the letters it makes known, listed in one place."""

from clinic.outbox import registry
from patients import hooks as patient_hooks
from scheduling import (
    aftercare,
    booking,
    checking_in,
    following_up,
    holdings,
    letters,
    merge_obstacles,
    nudging,
    owing,
    own_page,
    replanning,
)
from scheduling.exporting import asking
from scheduling.online import tidying
from scheduling.waiting import hearing, offering
from treatments import hooks as record_hooks


def connect() -> None:
    """Fill the typed lists of `treatments.hooks` and `patients.hooks`; a test pins each list."""
    _hang(record_hooks.on_signed, following_up.open_next)
    _hang(record_hooks.on_signed, booking.link_session)
    _hang(record_hooks.on_signed, checking_in.owe_check_ins)
    _hang(record_hooks.on_signed, aftercare.owe_aftercare)
    _hang(record_hooks.on_voided, following_up.session_voided)
    _hang(record_hooks.on_voided, checking_in.session_voided)
    _hang(record_hooks.on_voided, aftercare.session_voided)
    _hang(record_hooks.on_plan_stopped, following_up.plan_changed)
    _hang(record_hooks.on_plan_resumed, following_up.plan_changed)
    _hang(record_hooks.on_plan_revised, following_up.plan_revised)
    _hang(record_hooks.on_scored, following_up.scored)
    _hang(record_hooks.on_event_changed, following_up.events_changed)
    _hang(patient_hooks.on_deceased, following_up.patient_died)
    _hang(patient_hooks.on_death_undone, following_up.patient_lives)
    _hang(patient_hooks.on_death_undone, checking_in.patient_lives)
    _hang(patient_hooks.on_death_undone, owing.patient_lives)
    _hang(patient_hooks.merge_obstacles, merge_obstacles.of_the_calendar)
    _hang(patient_hooks.holdings, holdings.of_the_calendar)
    _hang(patient_hooks.on_merged, following_up.records_merged)
    _hang(patient_hooks.on_unmerged, following_up.records_unmerged)
    _hang(patient_hooks.on_restricted, following_up.record_restricted)
    _hang(patient_hooks.on_restricted, hearing.patient_gone)
    _hang(patient_hooks.on_restricted, asking.record_restricted)
    _hang(patient_hooks.on_confidants_named, asking.confidants_named)
    _hang(patient_hooks.on_restriction_lifted, following_up.restriction_lifted)
    _hang(patient_hooks.on_restriction_lifted, checking_in.patient_lives)
    _hang(patient_hooks.on_restriction_lifted, owing.patient_lives)
    _hang(patient_hooks.on_preferences_changed, following_up.preferences_changed)
    _hang(patient_hooks.on_address_changed, following_up.address_changed)
    _hang(patient_hooks.on_intake_submitted, nudging.form_arrived)
    _hang(patient_hooks.awaited_visits, nudging.visits_that_wait)
    _hang(registry.due_finders, replanning.sweep)
    _hang(patient_hooks.on_address_trusted, following_up.address_changed)
    _hang(registry.due_finders, following_up.sweep)
    _hang(patient_hooks.on_deceased, hearing.patient_gone)
    _hang(registry.due_finders, offering.sweep)
    _hang(registry.due_finders, tidying.sweep)
    _hang(registry.due_finders, own_page.sweep)
    for kind in letters.KINDS:
        registry.register(kind())


def _hang(hooks: list, deed: object) -> None:  # type: ignore[type-arg]
    if deed not in hooks:
        hooks.append(deed)
