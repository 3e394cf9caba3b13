"""Why no letter goes, or what became of one, in sentences the front desk reads: no clinical word. Pure words."""

from typing import Final

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from clinic.outbox import reasons as outbox_reasons
from clinic.outbox.models import Letter

WAITS: Final = _("The clinician sees to this patient first.")
"""To the desk as well: not what the patient has."""

SENTENCES: Final[dict[str, LazyText]] = {
    # a follow-up and its letters
    "visit_booked": _("The next visit is booked."),
    "visit_cancelled": _("The visit was cancelled."),
    "visit_no_show": _("The patient did not come to the visit."),
    "visit_left": _("The patient left without being seen."),
    "visit_gone_by": _("The visit went by and nothing was written down about it."),
    "visit_too_early": _("The booked visit lies before the earliest permitted day by now."),
    "minimum_interval": _("Another treatment moved the earliest permitted day."),
    "day_moved": _("The day to be back moved, and this letter with it."),
    "day_has_passed": _("The day to be back had passed when the visit was written down."),
    "no_answer": _("No visit was booked by the day on which somebody rings."),
    "wearing_off": _("The patient said that they would like to come sooner."),
    "opted_out": _("The patient wants no reminders by e-mail."),
    "no_address": _("There is no e-mail address on file."),
    "address_suspended": _("Letters to this address came back."),
    "failed": _("The last letter could not be delivered."),
    "uncertain": _("It is not known whether the last letter arrived."),
    "no_effect": WAITS,
    "serious_event": WAITS,
    "plan_paused": WAITS,
    "treated": _("The patient has been here."),
    "will_not_come": _("The patient does not want to come."),
    "gave_up": _("Nobody could be reached, and somebody here decided to stop trying."),
    "declined": _("The patient does not want to come."),
    "plan_stopped": _("The clinician ended this."),
    "plan_completed": _("The clinician ended this."),
    "plan_ended": _("The clinician ended this."),
    "treated_elsewhere": _("The patient is treated elsewhere by now."),
    "transferred": _("The care was handed to another clinic."),
    "deceased": _("The patient has died."),
    "restricted": _("The record is kept by law and closed to everyday work."),
    "merged_away": _("The record was merged into another."),
    "session_voided": _("What this was counted from does not stand any more."),
    "closed": _("This is closed."),
    "later_step": _("A later letter of the same kind is due."),
    "policy_off": _("The clinic turned this letter off."),
    "plan_changes": _("It waits: when letters go is being changed."),
    "closed_day": _("It waits for the next day the clinic is open."),
    # visits
    "visit_over": _("The visit's time has gone by."),
    "visit_changed": _("The visit was changed meanwhile."),
    "newer_letter": _("A newer letter says where the visit is."),
    "moved": _("The visit was moved."),
    "cancelled": _("The visit was cancelled."),
    "undone": _("It was taken back before the letter went."),
    # the waiting list
    "waits_no_more": _("The patient is no longer on the waiting list."),
    "offer_over": _("The time that was offered is no longer on offer."),
    "time_taken": _("Somebody else has the time by now."),
    # questions after a visit
    "not_answered": _("The last questions of this kind were not answered."),
    "told_already": _("Another letter says the same."),
    "asked_already": _("Another letter asks the same."),
    "one_letter_a_day": _("One letter a day goes to a patient: this one waits a day."),
    # intake and links
    "invited_again": _("A newer invitation takes its place."),
    "form_sent": _("The form was sent before this letter could go."),
    "at_the_desk": _("The form is filled in at the desk."),
    "newer_code": _("A newer code was asked for."),
    "code_not_needed": _("The link needs no code any more."),
}


def of_letter(letter: Letter) -> str:
    """Return why a letter did not go, or not yet, in a sentence: what was said of it, else the words for its reason.

    A server that never answered and a patient who never did share a key: of a letter it is the server.
    """
    if letter.reason_text or letter.reason in outbox_reasons.SENTENCES:
        return letter.why
    return sentence(letter.reason)


def sentence(reason: str) -> str:
    """Return the sentence for a reason of a follow-up or of a letter; nothing for none."""
    if not reason:
        return ""
    known = SENTENCES.get(reason)
    return str(known) if known is not None else outbox_reasons.sentence(reason)
