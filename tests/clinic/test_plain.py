"""The text part of a letter, read from its HTML."""

import pytest

from clinic.lib.plain import as_text

LETTER = """<!doctype html><html><head><title>Not read</title><style>p { color: red }</style></head><body>
<div data-text="no">Only in the <b>inbox</b><br>and nowhere else</div>
<table><tr><td data-text="no">Kadamb Clinic</td></tr><tr><td>
<h1>Your visit
   is booked</h1>
<p>Dear Se&aacute;n O&#x27;Brien &amp; Co,</p>
<p>We look forward<br>to seeing you. Call <a href="tel:+917900000123">+91 79 0000 0123</a>.</p>
<table class="facts"><tr><th>When</th><td><b>Tuesday</b>, 10:30</td></tr>
<tr><th>With</th><td>Dr Meera Solanki</td></tr></table>
<table><tr>
<td class="button"><a class="deed" href="https://kadamb.example/v/7?a=1&amp;b=2">Yes, I will come</a></td></tr></table>
<p data-text="no">Or open <a href="https://kadamb.example/v/7">https://kadamb.example/v/7</a></p>
<h2>Today</h2>
<ul><li>Rest</li>
<li>Drink   water</li></ul>
<p>With kind regards,<br>Kadamb Clinic</p>
</td></tr>
<tr><td data-text="foot">
<p>You get this e-mail. <a href="https://kadamb.example/p/7">Stop these</a></p><p>12 Neem Road</p></td></tr>
</table></body></html>"""

TEXT = """\
Your visit is booked

Dear Seán O'Brien & Co,

We look forward
to seeing you. Call +91 79 0000 0123.

When: Tuesday, 10:30
With: Dr Meera Solanki

Yes, I will come:
https://kadamb.example/v/7?a=1&b=2

Today

- Rest
- Drink water

With kind regards,
Kadamb Clinic

--{space}
You get this e-mail. Stop these: https://kadamb.example/p/7

12 Neem Road
""".format(space=" ")


def test_letter_reads_the_same_without_its_looks() -> None:
    assert as_text(LETTER) == TEXT


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", "\n"),
        ("<p>&lt;img src=x onerror=alert(1)&gt;</p>", "<img src=x onerror=alert(1)>\n"),
        ("<p>one</p></div></p><p>two", "one\n\ntwo\n"),
        ('<p><a href="https://a.example/">https://a.example/</a></p>', "https://a.example/\n"),
        ("<p>नमस्ते <b>रेखा</b> जी,</p>", "नमस्ते रेखा जी,\n"),
        ("<p>5 < 6 & 7</p>", "5 < 6 & 7\n"),
    ],
)
def test_odd_pieces_are_read_as_a_browser_shows_them(html: str, text: str) -> None:
    assert as_text(html) == text
