"""Words that must stand in no subject, preview, sender, link or file name: the catalogue's own, and what people say."""

import json
import re
from functools import cache
from typing import Any

from treatments.formulary import CATALOGUE

SAID = {
    "en": "toxin botulinum botox injection inject dose dosage units vial needle pain ache headache migraine spasm "
    "dystonia treatment therapy disease symptom medicine drug muscle",
    "hi": "टॉक्सिन बोटुलिनम बोटॉक्स इंजेक्शन इन्जेक्शन सुई खुराक डोज़ यूनिट दर्द सिरदर्द माइग्रेन ऐंठन इलाज उपचार बीमारी रोग दवाई मांसपेशी",
    "gu": "ટોક્સિન બોટ્યુલિનમ બોટોક્સ ઇન્જેક્શન ઈન્જેક્શન સોય ડોઝ યુનિટ દુખાવો દુઃખાવો દર્દ માથાનો "
    "માઇગ્રેન ખેંચાણ સારવાર ઉપચાર રોગ દવા સ્નાયુ",
}


@cache
def clinical_words() -> frozenset[str]:
    """Every word, in small letters: names of the catalogue's products, brands, conditions and muscles, and `SAID`."""
    named: set[str] = set()
    for document in ("products", "conditions", "muscles"):
        for row in _rows(document):
            named |= {str(row["id"]).replace("_", " "), str(row.get("name", "")), *row.get("brands", ())}
    said = {word for words in SAID.values() for word in words.split()}
    return frozenset(word.casefold() for word in named | said if word)


def clinical_words_in(text: str) -> list[str]:
    """Which of them stand in a text: Latin ones as whole words and their plurals, Indic ones anywhere."""
    low = text.casefold()
    return sorted(
        word
        for word in clinical_words()
        if (re.search(rf"(?<![a-z]){re.escape(word)}s?(?![a-z])", low) if word.isascii() else word in low)
    )


def _rows(document: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((CATALOGUE / f"{document}.json").read_text())[document]
    return rows
