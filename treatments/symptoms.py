"""The catalogue's symptoms in a patient's words, and which of them cannot wait."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from treatments.findings import Level
from treatments.formulary import Formulary

PLAIN: dict[str, LazyText] = {
    "trouble_breathing": _("Trouble breathing"),
    "choking": _("Choking"),
    "cannot_swallow_saliva": _("I cannot swallow my own spit"),
    "hives": _("Itchy bumps all over"),
    "face_swelling": _("A swollen face, lips or tongue"),
    "wheeze": _("Wheezing"),
    "mild_dysphagia": _("New trouble swallowing"),
    "slurred_speech": _("Unclear speech"),
    "hoarse_voice": _("A new hoarse or weak voice"),
    "spreading_weakness": _("Weakness away from the treated place"),
    "drooping_lids_double_vision": _("Drooping eyelids or double vision"),
    "fever_hot_site": _("Fever, with a hot and red spot where the needle went in"),
    "cannot_pass_urine": _("I cannot pass urine"),
}


@dataclass(frozen=True, slots=True)
class Symptom:
    """One box to tick."""

    key: str
    words: str
    is_urgent: bool


def symptoms_asked(formulary: Formulary) -> list[Symptom]:
    """Return every symptom of the catalogue's red flags, those that cannot wait first."""
    found = [
        Symptom(key, in_plain_words(key), flag.level is Level.URGENT)
        for flag in formulary.red_flags
        for key in flag.symptoms
    ]
    return sorted(found, key=lambda symptom: not symptom.is_urgent)


def in_plain_words(key: str) -> str:
    """Return a symptom as a patient would say it; one the clinic added itself, by its own name."""
    return str(PLAIN.get(key, key.replace("_", " ").capitalize()))


def listed(keys: Iterable[str]) -> list[str]:
    """Return several."""
    return [in_plain_words(key) for key in keys]
