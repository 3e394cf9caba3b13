"""The day-of check in words, as the sheet shows it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.day_of import INFECTED, YES, DayOfAnswers
from treatments.forms_session.check import IDENTIFIERS, YES_NO_NA
from treatments.formulary import Formulary
from treatments.quantities import show_number, show_units
from treatments.site_dosing import place_name

ANSWERS = dict(YES_NO_NA)
QUESTIONS = (
    ("illness", gettext_lazy("New illness or medicine")),
    ("pregnant", gettext_lazy("Pregnant, or could be")),
    ("breastfeeding", gettext_lazy("Breastfeeding")),
    ("swallowing", gettext_lazy("Trouble swallowing")),
    ("breathing", gettext_lazy("Trouble breathing")),
    ("elsewhere", gettext_lazy("Toxin elsewhere since")),
    ("consent", gettext_lazy("Consents today")),
)


def asked_today(answers: DayOfAnswers, formulary: Formulary) -> list[tuple[str, str]]:
    """Return what was asked and answered, as pairs of words; what nobody answered says so."""
    names = dict(IDENTIFIERS)
    said = ", ".join(str(names[key]) for key in answers.identifiers if key in names)
    pairs = [(_("Identified by"), said or _("not answered"))]
    for name, question in QUESTIONS:
        words = str(ANSWERS.get(getattr(answers, name), "")) or _("not answered")
        pairs.append((str(question), " ".join(part for part in (words, _more(name, answers, formulary)) if part)))
    infected = [place for place, seen in answers.infection.items() if seen == INFECTED]
    pairs_of = (place.split(":") for place in infected)
    places = ", ".join(place_name(muscle, side, formulary) for muscle, side in pairs_of)
    clear = _("clear at all sites looked at") if answers.infection else _("not looked at")
    pairs.append((_("Skin"), _("infected: %(places)s") % {"places": places} if places else clear))
    if answers.inr is not None:
        pairs.append((_("INR"), show_number(answers.inr)))
    return pairs


def _more(name: str, answers: DayOfAnswers, formulary: Formulary) -> str:
    if name == "illness" and answers.illness == YES:
        questions = [formulary.questions[key].text for key in answers.new_flags if key in formulary.questions]
        return "; ".join([answers.illness_note, *questions])
    if name == "elsewhere" and answers.elsewhere == YES:
        known = formulary.products.get(answers.elsewhere_product)
        product = known.name if known else _("product not known")
        units = show_units(answers.elsewhere_units) if answers.elsewhere_units else _("units not known")
        when = answers.elsewhere_on
        return f"{when.day} {when:%b %Y}, {product}, {units}" if when else ""
    return ""
