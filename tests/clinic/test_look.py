"""The look holds together: one place names colours, both themes agree, all that a page asks for exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![\w-])|\b(?:rgb|hsl)a?\(")
HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")


def block(source: str, selector: str) -> dict[str, str]:
    """The names and values set in the first block with that selector."""
    found = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", source)
    assert found, selector
    return dict(TOKEN.findall(found[1]))


def test_dark_by_system_and_dark_by_choice_are_the_same() -> None:
    tokens = (CSS / "tokens.css").read_text()
    assert block(tokens, ':root:not([data-theme="light"])') == block(tokens, ':root[data-theme="dark"]')


def test_dark_answers_every_light_colour() -> None:
    tokens = (CSS / "tokens.css").read_text()
    light = {name for name, value in block(tokens, ":root").items() if COLOUR.search(value)}
    assert light - set(block(tokens, ':root[data-theme="dark"]')) == set()


@pytest.mark.parametrize("sheet", sorted(CSS.rglob("*.css")), ids=lambda sheet: sheet.stem)
def test_stylesheet_names_no_colour_and_stays_in_its_layer(sheet: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    if sheet.name != "tokens.css":
        assert COLOUR.findall(re.sub(r"url\([^)]*\)", "", source)) == []
    layer = {"vendor.css": "vendor", "tokens.css": "tokens", "base.css": "base"}.get(sheet.name, "components")
    if sheet.parent.name == "pages":
        layer = "pages"
    assert set(re.findall(r"@layer ([a-z]+)(?:\.\w+)? ?\{", source)) == {layer}
    assert source.count("{") == source.count("}")


def test_letter_takes_its_colours_from_the_tokens() -> None:
    tokens = {value.lower() for value in HEX.findall((CSS / "tokens.css").read_text())}
    letter = set(HEX.findall((ROOT / "templates/letters/base_letter.html").read_text()))
    assert letter - tokens == set()


def test_every_icon_a_page_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z]+)"', (ROOT / "static/img/icons.svg").read_text()))
    asked = set()
    for template in TEMPLATES:
        source = template.read_text()
        asked |= set(re.findall(r'components/icon\.html" with name="([a-z]+)"', source))
        asked |= set(re.findall(r'\bicon="([a-z]+)"', source))
    assert asked - drawn == set()


def test_every_static_file_a_page_names_exists() -> None:
    asked = {
        name
        for template in TEMPLATES
        for name in re.findall(r"""{% static ['"]((?:css|js|img)/[^'"]+)""", template.read_text())
    }
    assert {name for name in asked if not (ROOT / "static" / name).exists()} == set()


def test_every_included_component_exists() -> None:
    asked = {
        name
        for template in TEMPLATES
        for name in re.findall(r'{% include "((?:components|letters)/[^"]+)"', template.read_text())
    }
    assert {name for name in asked if not (ROOT / "templates" / name).exists()} == set()


def test_reasons_are_ruled_off_only_where_they_are_the_body_of_a_card() -> None:
    """The line under the letters of a chart is none under each reason of a list."""
    source = (CSS / "components.css").read_text()
    ruled = [rule for rule in re.findall(r"([^{};/]*)\{[^}]*border-bottom[^}]*\}", source) if ".why" in rule]
    assert [rule.strip() for rule in ruled] == [".card-body.why"]
