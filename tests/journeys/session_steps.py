"""The day of the injection: stock, check, preparation, body chart, signature."""

import datetime
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.clinician_steps import REASON
from tests.journeys.looking import Eyes
from tests.journeys.running import until
from treatments.models import InjectionSession

ZONE = ZoneInfo("Asia/Kolkata")


def receive_stock(page: Page, eyes: Eyes) -> None:
    """Take a delivery of two vials into the fridge."""
    page.get_by_role("link", name="Stock").click()
    form = page.locator("form[action$='/receive/']")
    product = form.get_by_label("Product")
    product.select_option(
        label=product.locator("option", has_text=re.compile("botox", re.IGNORECASE)).first.inner_text()
    )
    form.get_by_label("Lot").fill("C7731A3")
    form.get_by_label("Expires").fill("11/2028")
    form.get_by_label("Units in a vial").fill("200")
    form.get_by_label("Vials").fill("2")
    form.get_by_role("button", name="Receive into stock").click()
    expect(page.get_by_role("rowheader", name=re.compile("C7731A3"))).to_be_visible()
    eyes.look(page, name="stock", dark=True)


def check_the_day(page: Page, eyes: Eyes) -> None:
    """Answer every question of the day; none has an answer beforehand."""
    page.get_by_role("button", name="Start session").click()
    expect(page.get_by_role("heading", name="Day-of check")).to_be_visible()
    assert page.locator("main input:checked").count() == 0
    assert [
        box.input_value() for box in page.locator("main input[type=text], main textarea").all() if box.input_value()
    ] == []
    eyes.look(page, name="day-of check", dark=True)
    page.get_by_label("Full name").check()
    page.get_by_label("Date of birth").check()
    for answer in page.locator("main input[type=radio][value=no]:not([name=consent])").all():
        answer.check()
    page.locator("input[name=consent][value=yes]").check()
    page.get_by_role("button", name="Keep the check and go on").click()


def make_up(page: Page, eyes: Eyes) -> None:
    """Open a vial and make it up with 4 mL of saline: 5 units in 0.1 mL."""
    expect(page.get_by_role("heading", name="Preparation")).to_be_visible()
    assert page.locator("main input:checked").count() == 0
    eyes.look(page, name="preparation")
    page.locator("input[name=vials]").first.check()
    page.locator("input[name=diluent][value=saline]").check()
    page.get_by_label("mL in all").fill("4")
    made_at = datetime.datetime.now(ZONE) - datetime.timedelta(minutes=5)
    page.get_by_label("Made up at").fill(made_at.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Record the preparation").click()


def inject(page: Page, eyes: Eyes) -> None:
    """Tap a site and give it more; take it back by the keyboard; the table and the totals follow."""
    expect(page.get_by_role("heading", name="Injection session")).to_be_visible()
    total = page.locator("[data-total]")
    expect(total).to_have_text("155")
    expect(page.locator("#session-totals")).to_contain_text("3.1 mL")
    expect(page.get_by_text("5 units per 0.1 mL")).to_be_visible()
    assert page.locator("#sites tbody tr[data-site]:has([data-pick])").count() == 31
    eyes.look(page, name="session", dark=True)
    mark = page.locator("svg[data-figure=head_front] .mark").first
    key = mark.get_attribute("data-mark")
    mark.click()
    page.locator("#editor-units").fill("7.5")
    page.locator("#editor-units").press("Enter")
    expect(total).to_have_text("157.5")
    expect(page.locator(f"[name='{key}-units']")).to_have_value("7.5")
    _saved(Decimal("157.5"))
    page.locator(f".mark[data-mark='{key}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#editor-units")).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(total).to_have_text("155")
    box = page.locator(f"[name='{key}-units']")
    expect(box).to_have_value("5")
    box.fill("10")
    box.press("Tab")
    expect(total).to_have_text("160")
    box.fill("5")
    box.press("Tab")
    expect(total).to_have_text("155")
    _saved(Decimal(155))


def sign(page: Page, eyes: Eyes) -> InjectionSession:
    """Say how it was done, read the findings, sign."""
    expect(page.locator("#session-live .finding-list")).to_be_visible()
    page.get_by_label("Needle").fill("30 G, 13 mm")
    page.get_by_label("Guidance").select_option(index=1)
    page.get_by_label("Aftercare sheet given").check()
    for reason in page.locator("#session-live textarea").all():
        reason.fill(REASON)
    page.get_by_label("Pain during the injections").select_option("3")
    page.get_by_role("button", name="Review and sign").click()
    page.get_by_role("heading", name="Read back, then sign").wait_for()
    expect(page.get_by_text("155 units").first).to_be_visible()
    eyes.look(page, name="session, read back", dark=True)
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_text("Signed by Dr Meera Solanki")).to_be_visible()
    eyes.look(page, name="session, signed", dark=True)
    session = InjectionSession.objects.get()
    assert session.is_signed
    assert session.sites.count() == 31
    assert sum(site.units for site in session.sites.all()) == Decimal(155)
    return session


def _saved(total: Decimal) -> None:
    """Wait until the database has the sum: the page saves as one goes."""
    until(
        lambda: sum(site.units for site in InjectionSession.objects.get().sites.all()) == total,
        seconds=60,
        what=f"{total} units to be saved",
    )
