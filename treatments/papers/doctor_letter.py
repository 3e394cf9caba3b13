"""The letter to another doctor: the text a clinician signed, and beside it what was given, muscle by muscle."""

from datetime import datetime

from django.utils.translation import gettext as _

from clinic.lib.days import day_of
from clinic.staff.models import User
from treatments.formulary_db import current_formulary
from treatments.models import DoctorLetter, InjectionSession, PlanState
from treatments.papers.frame import between, day, framed, moment
from treatments.papers.treatment_card import lots_of
from treatments.papers.typesetting import Paper
from treatments.plan_story import stories_of
from treatments.priors import prior_sessions
from treatments.quantities import show_units
from treatments.views.session_sheet import injections_of
from treatments.views.story_plot import shown_story
from treatments.windows import window_of


def doctor_letter(letter: DoctorLetter, *, by: User, now: datetime) -> Paper:
    """Return the letter as it was signed."""
    session = letter.session
    sites = list(session.sites.select_related("muscle"))
    draws = list(session.draws.filter(kind="given").select_related("vial__lot").order_by("id"))
    total = show_units(session.total_units) if session.total_units is not None else ""
    rows = [
        [row["muscle"], str(row["side_word"]), str(row["count"]), row["units_words"]] for row in injections_of(sites)
    ]
    zone = session.location.zone
    return framed(
        "doctor_letter",
        _("Treatment with botulinum toxin"),
        patient=session.patient,
        location=session.location,
        by=by,
        now=now,
        notices=_notices(session),
        to=letter.to,
        day=day(day_of(letter.at, zone)),
        text=letter.text,
        facts=[
            (_("Condition"), session.condition.name),
            (_("Date"), day(session.injected_on)),
            (_("Product"), session.product.name),
            (_("Lot"), lots_of(draws)),
        ],
        given_aside=total,
        injections={
            "head": [_("Muscle"), _("Side"), _("Sites"), _("Given")],
            "rows": rows,
            "foot": [_("Total"), "", str(len(sites)), total],
        },
        closing=_("With kind regards,"),
        signed_by=letter.by.full_name,
        signed=_("Signed %(at)s") % {"at": moment(letter.at, zone)},
        words={"given": _("What was given")},
    )


def _notices(session: InjectionSession) -> list[dict[str, str]]:
    if not hasattr(session, "void"):
        return []
    text = _("The session this letter is about was voided after it was written. %(reason)s")
    return [{"tone": "stop", "lead": _("VOIDED."), "text": text % {"reason": session.void.get_kind_display()}}]


def prepared_text(session: InjectionSession) -> str:
    """Return a first text for the clinician to change: why, how it answered so far, and what comes next."""
    formulary, plan = current_formulary(), session.plan
    today = session.injected_on or session.started_at.date()
    story = stories_of([plan], prior=prior_sessions(session.patient), today=today, formulary=formulary)[plan.pk]
    response = shown_story(story, today=today, formulary=formulary)["response"]
    window = window_of(session, formulary=formulary)
    given = {
        "name": session.patient.name,
        "day": day(session.injected_on),
        "condition": session.condition.name,
        "every": f"{plan.interval_value} {plan.get_interval_unit_display()}",
        "when": between(window.wears_off_from_on, window.wears_off_until_on),
        "earliest": day(window.earliest_on),
        "state": str(plan.get_state_display()).lower(),
        "reason": plan.state_reason,
    }
    answer = _("Response so far: %(words)s") % {"words": response["words"]} if response else ""
    next_words = _("The plan is a treatment every %(every)s; the next one is possible from %(earliest)s.")
    if plan.state != PlanState.ACTIVE:
        next_words = _("This plan is %(state)s. %(reason)s")
    paragraphs = [
        _("Dear colleague,"),
        _("%(name)s was treated here on %(day)s. Condition: %(condition)s.") % given,
        answer or _("Response: not measured yet."),
        f"{_('Expected to wear off: %(when)s.')} {next_words}" % given,
        _("Until then please give no botulinum toxin elsewhere, and tell us of any new medicine or illness."),
    ]
    return "\n\n".join(paragraphs)
