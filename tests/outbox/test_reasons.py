"""Each reason of the outbox's own is said in a sentence."""

from clinic.outbox import reasons


def test_reasons_each_have_a_sentence() -> None:
    codes = {value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}
    assert codes == set(reasons.SENTENCES)
    assert {text for text in map(reasons.sentence, codes) if not (text[0].isupper() and text.endswith("."))} == set()


def test_reason_of_an_app_is_its_slug_in_words() -> None:
    assert reasons.sentence("visit_booked") == "visit booked"
    assert reasons.sentence("") == ""
