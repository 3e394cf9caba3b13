"""Names by ear: one way to write down how a word sounds, whatever letters it is written in. Pure.

In Gujarat one name is written Meena, Mina, મીના or मीना; who looks for one of them means them all. What is kept beside
a name for this says of each word in which script it is written ("l" Latin, "g" Gujarati, "d" Devanagari) and how it
sounds: "g:suman g:shah". Within Gujarati or Devanagari nothing is alike but the same letters (`patients.names.fold`);
sounds are compared across scripts, and between Latin spellings.

Source: docs/sources.md#ours, docs/decisions/0068
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

LATIN: Final = "l"
SCRIPTS: Final = {"LATIN": LATIN, "GUJARATI": "g", "DEVANAGARI": "d"}
SHORTEST_HEARD: Final = 2
"""A single letter sounds like half the town."""

# How Latin letters are read in names here, in this order. Both sides are folded so, hence what it makes is no spelling.
BY_EAR: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("x", "ksh"),  # Laxmi, Lakshmi
        ("c(?!h)|q", "k"),
        ("ph", "f"),
        ("w", "v"),
        ("jh|z", "j"),  # Zaveri, Jhaveri, Javeri
        ("chh", "ch"),
        ("[jg]ny?|gy", "gn"),  # Jnan, Gnan, Gyan
        ("y", "i"),  # Priya, Pria; Chaudhary, Chaudhari
        ("ee", "i"),  # Meena, Mina
        ("oo", "u"),  # Pooja, Puja
        ("ou", "au"),  # Gourav, Gaurav
        ("n(?=[bp])", "m"),
        (r"(.)\1+", r"\1"),  # Pattel, Patel; Raam, Ram
    )
)
VOWEL: Final = "[aāiīuūeēêoōô]"
CONSONANT: Final = "(?:[kgcjṭḍtdpb]h|[b-df-hj-np-tv-zṭḍṇñṅśṣḷ])"
LAST_A: Final = re.compile(f"(?<={VOWEL})({CONSONANT})a$")
LAST_A_OF_MANY: Final = re.compile("(?<=[^aāiīuūeēêoōô])a$")
INNER_A: Final = re.compile(f"(.*{VOWEL}{CONSONANT})a(?={CONSONANT}{VOWEL})")
VOCALIC_R: Final = "r\u0325"
# Vowels of English words, which are heard as their neighbours: ઑસ્કાર, Oscar.
ENGLISH_VOWELS: Final = str.maketrans("ઍઑૅૉऍऑॅॉ", "એઓેોएओेो")
ROMAN: Final = (("ṁ", "n"), ("ṃ", "n"), ("m̐", "n"), ("ś", "sh"), ("ṣ", "sh"))


def script_of(word: str) -> str:
    """Return the script a word begins in: "l", "g", "d", or "" for any other and for digits."""
    return SCRIPTS.get(unicodedata.name(word[:1], "").partition(" ")[0], "") if word else ""


@lru_cache(maxsize=10_000)  # a clinic's people share most of their names
def heard(word: str) -> tuple[str, ...]:
    """Return how a folded word sounds, in plain letters; more than one where it is read in more than one way."""
    script = script_of(word)
    if script == LATIN:
        return (_by_ear(word),)
    if script:
        return tuple(dict.fromkeys(_by_ear(_plain(reading)) for reading in _readings(_romanised(word, script))))
    return ()


def sounds_of(name: str) -> str:
    """Return what is kept beside a folded name to find it by ear; words of other scripts have no place in it."""
    return " ".join(f"{script_of(word)}:{sound}" for word in name.split() for sound in heard(word))


def sought_by_ear(word: str) -> tuple[str, ...]:
    """Return what the sounds kept beside a name hold, if a word that is sought sounds like one of its words.

    A word in Gujarati or Devanagari is heard in other scripts only: in its own it is found by its letters.
    """
    script, sounds = script_of(word), [sound for sound in heard(word) if len(sound) >= SHORTEST_HEARD]
    if script == LATIN:
        return tuple(f":{sound}" for sound in sounds)
    others = [other for other in SCRIPTS.values() if other != script]
    return tuple(f"{other}:{sound}" for other in others for sound in sounds)


def sounds_like(sought: str, called: str) -> bool:
    """Whether a word of a name begins with the sound of a word that is sought: as `sought_by_ear` finds it."""
    script = script_of(sought)
    if script not in {LATIN, ""} and script == script_of(called):
        return False
    begun = tuple(sound for sound in heard(sought) if len(sound) >= SHORTEST_HEARD)
    return any(sound.startswith(begun) for sound in heard(called))


def _by_ear(letters: str) -> str:
    for pattern, sound in BY_EAR:
        letters = pattern.sub(sound, letters)
    return letters


def _romanised(word: str, script: str) -> str:
    """Return a word in the Latin letters of ISO 15919, a vowel of one letter each."""
    from indic_transliteration import sanscript

    schemes = {"g": sanscript.GUJARATI, "d": sanscript.DEVANAGARI}
    roman = sanscript.transliterate(word.translate(ENGLISH_VOWELS), schemes[script], sanscript.ISO)
    return unicodedata.normalize("NFC", str(roman))


def _readings(roman: str) -> list[str]:
    """Return how a word is read: its r as a vowel as ri (north) or ru (Gujarat), its unwritten a spoken or not.

    At the end it is silent (રમેશ is Ramesh), after several consonants perhaps (પાર્થ is Parth, કૃષ્ણ Krishna); inside
    before consonant and vowel perhaps (જગદીશ is Jagdish or Jagadish).
    """
    found = []
    for vowel in ("ri", "ru") if VOCALIC_R in roman else ("",):
        spoken = LAST_A.sub(r"\1", roman.replace(VOCALIC_R, vowel))
        for ending in (spoken, LAST_A_OF_MANY.sub("", spoken)):
            found += [ending, _without_inner_a(ending)]
    return found


def _without_inner_a(roman: str) -> str:
    while (shorter := INNER_A.sub(r"\1", roman, count=1)) != roman:
        roman = shorter
    return roman


def _plain(roman: str) -> str:
    """Return ISO 15919 in letters without marks, as names are typed: c as ch, ś and ṣ as sh."""
    spelt = re.sub("ch?", "ch", roman)
    for letter, plain in ROMAN:
        spelt = spelt.replace(letter, plain)
    return "".join(letter for letter in unicodedata.normalize("NFKD", spelt) if letter.isalpha())
