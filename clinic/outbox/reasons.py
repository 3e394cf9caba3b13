"""Why a letter did not go, or not yet, in sentences for staff. Apps add their own words with `Suppressed.text`."""

from typing import Final

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

NO_LONGER_USEFUL: Final = "no_longer_useful"
NO_LONGER_WANTED: Final = "no_longer_wanted"
UNKNOWN_LETTER: Final = "unknown_letter"
COULD_NOT_BE_WRITTEN: Final = "could_not_be_written"
BAD_ADDRESS: Final = "bad_address"
ADDRESS_REFUSED: Final = "address_refused"
LETTER_REFUSED: Final = "letter_refused"
SERVER_REFUSED: Final = "server_refused"
TRIED_TOO_OFTEN: Final = "tried_too_often"
NO_ANSWER: Final = "no_answer"
WORKER_LOST: Final = "worker_lost"
SLEEPING_HOURS: Final = "sleeping_hours"
SERVER_BUSY: Final = "server_busy"
HELD_BACK: Final = "held_back"
ONE_A_DAY: Final = "one_letter_a_day"
DAY_TAKEN: Final = "day_was_taken"
TURN: Final = "waits_for_its_turn"
LONG_LINE: Final = "long_line"
MAY_HAVE_GONE: Final = "may_have_gone"

SENTENCES: Final[dict[str, LazyText]] = {
    NO_LONGER_WANTED: _("Nobody needs it any more."),
    NO_LONGER_USEFUL: _("Its time was over before it could go."),
    UNKNOWN_LETTER: _("No part of the program knows this kind of letter."),
    COULD_NOT_BE_WRITTEN: _("The letter could not be put into words. This is a fault of the program."),
    BAD_ADDRESS: _("The address is not one a mail server can take."),
    ADDRESS_REFUSED: _("The mail server refused the address for good."),
    LETTER_REFUSED: _("The mail server refused the letter for good."),
    SERVER_REFUSED: _("The mail server refused to talk to us."),
    TRIED_TOO_OFTEN: _("It was tried as often as allowed."),
    NO_ANSWER: _("The mail server took the letter and never answered. It may have arrived."),
    WORKER_LOST: _("The program stopped while handing the letter over. It may have arrived."),
    SLEEPING_HOURS: _("Waiting for the morning: letters go only in waking hours."),
    SERVER_BUSY: _("The mail server could not take it. It will be tried again."),
    HELD_BACK: _("All letters are held back."),
    ONE_A_DAY: _("Waiting: such letters go to a person once a day at most, and another has this day."),
    DAY_TAKEN: _("Another letter had the person's day, and the next day would have been too late."),
    TURN: _("Waiting for its turn: letters go one after another."),
    LONG_LINE: _("Waiting: many letters go before it."),
    MAY_HAVE_GONE: _("It may have gone already: the database was put back from a copy made before it was due."),
}


def sentence(reason: str) -> str:
    """Return the sentence for a reason, or the reason itself where an app gave only a slug."""
    return str(SENTENCES.get(reason, reason.replace("_", " ")))
