"""The body chart in a real browser: sides, targets, drag, undo and redo, keyboard, table, the skin, paper."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.chart_steps import Chart, a_draft, enter
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from treatments.formulary import Formulary
from treatments.models import SessionSite

pytestmark = pytest.mark.django_db(transaction=True)
TARGET_PX = 44


@pytest.fixture
def page(web_running: Running, browser: Browser, eyes: Eyes) -> Iterator[Page]:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        page.set_viewport_size({"width": 1280, "height": 1400})
        yield page


@pytest.fixture
def phone(web_running: Running, browser: Browser, eyes: Eyes) -> Iterator[Page]:
    with window(browser, base_url=web_running.url, eyes=eyes, phone=True) as page:
        yield page


def kept(chart: Chart, **where: Any) -> SessionSite:
    return SessionSite.objects.get(session=chart.session, **where)


def label_of(page: Page, key: str) -> str:
    return page.locator(f".mark[data-mark='{key}']").get_attribute("aria-label") or ""


def test_a_tap_stores_the_patients_own_side_on_every_view(page: Page, eyes: Eyes) -> None:
    chart = enter(page, *a_draft(sites=1))
    wanted = {
        ("head_front", 0.32, 0.62): "right",
        ("head_front", 0.68, 0.62): "left",
        ("head_back", 0.3, 0.7): "left",
        ("head_back", 0.7, 0.7): "right",
        ("head_left", 0.45, 0.5): "left",
        ("head_right", 0.45, 0.5): "right",
        ("body_front", 0.4, 0.62): "right",
        ("body_front", 0.6, 0.62): "left",
        ("body_back", 0.4, 0.62): "left",
        ("body_back", 0.6, 0.62): "right",
    }
    found = {}
    for figure, x, y in wanted:
        page.locator(f"[data-plate-tab=plate-{figure.split('_')[0]}]").click()
        chart.tap(figure, x, y)
        found[figure, x, y] = chart.chosen("side")
        assert chart.chosen("figure") == figure
        page.locator("#editor-units").fill("5")
        page.locator("#editor-units").press("Enter")
    assert found == wanted
    expect(page.locator("[data-total]")).to_have_text("55")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    stored = {
        (s.figure, s.side) for s in SessionSite.objects.filter(session=chart.session).exclude(muscle__key="corrugator")
    }
    assert stored == {(figure, side) for (figure, _x, _y), side in wanted.items()}
    for figure in ("head_front", "head_back"):
        words = page.locator(f"[data-view={figure}] .own-side").all_inner_texts()
        ends = ["right", "left"] if figure == "head_front" else ["left", "right"]
        assert [text.split()[-1] for text in words] == ends
    assert not eyes.broken


def test_every_mark_and_button_is_a_fingertip_wide(page: Page, eyes: Eyes) -> None:
    chart = enter(page, *a_draft())
    for box in [mark.bounding_box() for mark in page.locator("#plate-head .mark-hit").all()]:
        assert box
        assert box["width"] >= TARGET_PX - 0.5
        assert box["height"] >= TARGET_PX - 0.5
    buttons = page.locator("#site-editor button, [data-plate-tab], [data-closer], .sites .pick")
    sizes = [(one.inner_text(), one.bounding_box()) for one in buttons.all() if one.is_visible()]
    small = [(name, box) for name, box in sizes if not box or min(box["width"], box["height"]) < TARGET_PX - 0.5]
    assert small == []
    key = str(kept(chart, muscle__key="procerus").public_id)
    x, y = chart.middle(key)
    page.mouse.click(x, y + 20)
    assert page.locator("#sites tr.is-on").get_attribute("data-site") == key


def test_every_mark_can_be_tapped_on_a_phone(phone: Page) -> None:
    chart = enter(phone, *a_draft())
    for site in SessionSite.objects.filter(session=chart.session):
        phone.locator(f"[data-view-tab={site.figure}]").click()
        phone.touchscreen.tap(*chart.middle(str(site.public_id)))
        assert phone.locator("#sites tr.is-on").get_attribute("data-site") == str(site.public_id)
    phone.set_viewport_size({"width": 390, "height": 844})
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_a_fingertip_over_two_marks_asks_which(phone: Page) -> None:
    chart = enter(phone, *a_draft())
    first, second = SessionSite.objects.filter(session=chart.session, muscle__key="frontalis", side="left")
    phone.locator("[data-view-tab=head_front]").click()
    one, other = chart.middle(str(first.public_id)), chart.middle(str(second.public_id))
    between = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    phone.touchscreen.tap(*between)
    expect(phone.get_by_role("heading", name="Which site?")).to_be_visible()
    phone.locator("#which-site").get_by_role("button", name="Frontalis left, 5 units, site 2 of 2").click()
    assert phone.locator("#sites tr.is-on").get_attribute("data-site") == str(second.public_id)
    phone.locator("[data-view=head_front] [data-closer]").click()
    apart = [
        abs(a - b) for a, b in zip(chart.middle(str(first.public_id)), chart.middle(str(second.public_id)), strict=True)
    ]
    assert max(apart) > TARGET_PX
    sides = phone.locator("[data-view=head_front] .own-side")
    expect(sides.last).to_be_visible()
    box = phone.locator("svg[data-figure=head_front]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] - 20, box["y"] + box["height"] * 0.9
    phone.mouse.move(x, y)
    phone.mouse.down()
    phone.mouse.move(x - 300, y, steps=5)
    phone.mouse.up()
    expect(sides.first).to_be_hidden()  # the patient's right is out of sight
    expect(sides.last).to_be_visible()


def test_drag_undo_and_redo(page: Page) -> None:
    chart = enter(page, *a_draft(sites=3))
    site = kept(chart, muscle__key="procerus")
    key, version = str(site.public_id), chart.session.version
    x, y = chart.middle(key)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 30, steps=4)
    page.mouse.up()
    chart.is_saved(version + 1)
    moved = kept(chart, pk=site.pk)
    assert moved.y > site.y
    page.keyboard.press("Control+z")
    chart.is_saved(version + 2)
    assert kept(chart, pk=site.pk).y == site.y
    page.get_by_role("button", name="Redo").click()
    chart.is_saved(version + 3)
    assert kept(chart, pk=site.pk).y == moved.y
    page.get_by_role("button", name="Undo").click()
    chart.is_saved(version + 4)
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_everything_by_keyboard(page: Page) -> None:
    chart = enter(page, *a_draft(sites=5))
    version = chart.session.version
    first = kept(chart, position=3)
    key = str(first.public_id)
    assert label_of(page, key) == "Frontalis left, 5 units, site 1 of 2"
    page.locator(f".mark[data-mark='{key}']").focus()
    page.keyboard.press("ArrowRight")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Frontalis left, 5 units, site 2 of 2"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    chart.is_saved(version + 1)
    assert kept(chart, pk=first.pk).x - first.x == Decimal("0.005")
    page.keyboard.press("Enter")
    page.keyboard.type("7.5")
    page.keyboard.press("Enter")
    chart.is_saved(version + 2)
    assert label_of(page, key) == "Frontalis left, 7.5 units, site 1 of 2"
    page.locator(f".mark[data-mark='{key}']").focus()
    page.keyboard.press("Delete")
    chart.is_saved(version + 3)
    assert chart.session.sites.count() == 4
    page.keyboard.press("Enter")  # the focus went to Undo
    chart.is_saved(version + 4)
    assert kept(chart, public_id=first.public_id).units == Decimal("7.5")


def test_table_and_chart_are_one(page: Page) -> None:
    chart = enter(page, *a_draft(sites=1))
    version = chart.session.version
    site = chart.session.sites.get()
    key = str(site.public_id)
    page.locator(f"[name='{key}-units']").fill("6.25")
    expect(page.locator(f".mark[data-mark='{key}'] .mark-units")).to_have_text("6.25")
    page.locator(f"[name='{key}-side']").select_option("right")
    expect(page.locator(f".mark[data-mark='{key}']")).to_have_attribute("data-side", "right")
    chart.is_saved(version + 1)
    now = chart.session.sites.get()
    assert (now.side, now.units, now.x) == ("right", Decimal("6.25"), 1 - site.x)
    page.locator(f"[name='{key}-remove']").check()
    expect(page.locator(f".mark[data-mark='{key}']")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f".mark[data-mark='{key}']")).to_have_count(1)


def test_new_site_has_the_planned_dose_or_none_and_its_skin_is_asked(page: Page, eyes: Eyes) -> None:
    chart = enter(page, *a_draft(sites=5))
    page.locator("[data-plate-tab=plate-head]").click()
    chart.tap("head_front", 0.6, 0.24)
    assert (chart.chosen("muscle"), chart.chosen("units")) == ("frontalis", "5")
    masseter = Formulary.from_files().muscle("masseter").point_on("left", "head_front")
    assert masseter
    chart.tap("head_front", float(masseter.x), float(masseter.y))
    assert (chart.chosen("muscle"), chart.chosen("units")) == ("masseter", "")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    asked = page.locator(".skin-asked")
    expect(asked).to_contain_text("Masseter, left")
    expect(asked.locator("input:checked")).to_have_count(0)
    eyes.look(page, name="skin at a new place", dark=True)
    asked.locator("input[value=clear]").check()
    expect(asked).to_have_count(0)
    chart.session.refresh_from_db()
    assert chart.session.day_of_check["infection"]["masseter:left"] == "clear"
    assert not eyes.serious, eyes.found


def test_marks_are_told_apart_without_colour(page: Page) -> None:
    enter(page, *a_draft(sites=3))
    page.emulate_media(media="print")
    fills = {
        side: page.locator(f"#plate-head .mark.is-{side} .mark-shape").first.evaluate(
            "shape => [shape.tagName, getComputedStyle(shape).fill]"
        )
        for side in ("left", "right", "midline")
    }
    assert [tag for tag, _fill in fills.values()] == ["circle", "rect", "path"]
    assert fills["right"][1] == fills["midline"][1] == "rgb(255, 255, 255)"
    assert fills["left"][1] != "rgb(255, 255, 255)"


@pytest.mark.parametrize(("paper", "box"), [("a4", b"594.95996 841.91998"), ("letter", b"612 792")])
def test_blank_sheet_is_two_sides_of_paper(page: Page, paper: str, box: bytes) -> None:
    session, user = a_draft()
    enter(page, session, user)
    for address in (
        f"/treatments/plans/{session.plan.public_id}/blank-sheet/",
        f"/treatments/locations/{session.location.public_id}/blank-sheet/",
    ):
        page.goto(f"{address}?paper={paper}")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 2
        assert set(re.findall(rb"/MediaBox\s*\[0 0 ([^\]]*)\]", printed)) == {box}
