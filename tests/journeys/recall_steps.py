"""What follows a signed session: the steps owed, the one letter of the day, the visit that its link books."""

import datetime
import re
from email.message import EmailMessage
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from clinic.outbox.models import Letter
from scheduling.models import FollowUp
from tests.journeys.letters import links_of, text_of
from tests.journeys.looking import Eyes
from tests.journeys.running import Running
from tests.outbox.sink import Sink

ZONE = ZoneInfo("Asia/Kolkata")
CLINICAL = re.compile(
    r"botulin|botox|toxin|inject|migraine|pain|spas|dystonia|treat|therap|dose|units|clinician|doctor|session|neuro|"
    r"medic|muscle|preempt|headache",
    re.IGNORECASE,
)


def follow_up_is_owed(injected_on: datetime.date) -> FollowUp:
    """One follow-up, twelve weeks on, its three letters waiting in the outbox."""
    follow_up = FollowUp.objects.get()
    assert follow_up.earliest_on == injected_on + datetime.timedelta(weeks=12)
    assert (follow_up.state, follow_up.where) == ("pending", "letters")
    assert follow_up.reminder_on is not None
    owed = Letter.objects.about(follow_up).order_by("due_at")
    assert [(letter.step, letter.state) for letter in owed] == [("1", "queued"), ("2", "queued"), ("3", "queued")]
    assert owed[0].due_at.astimezone(ZONE).date() >= follow_up.reminder_on
    return follow_up


def remind(clinic: Running, sink: Sink, follow_up: FollowUp) -> EmailMessage:
    """Work the letters at half past nine of the first step's day: that one letter goes, in earnest, by SMTP."""
    first = Letter.objects.about(follow_up).earliest("due_at")
    on = first.due_at.astimezone(ZONE).date()
    before = len(sink.taken)
    said = clinic.manage("work_letters", "--now", f"{on.isoformat()}T09:30+05:30")
    assert len(sink.taken) == before + 1, said
    first.refresh_from_db()
    follow_up.refresh_from_db()
    assert (first.state, follow_up.state) == ("sent", "reminded")
    return sink.taken[-1]


def letter_is_discreet(letter: EmailMessage) -> None:
    """Two parts that say the same, one way to stop it, and nothing that says what the clinic does."""
    assert letter.get_content_type() == "multipart/alternative"
    (link,) = {one for one in links_of(letter) if "/b/" in one}
    assert link in text_of(letter, "html")
    assert "Asha" in text_of(letter)
    unsubscribe = str(letter["List-Unsubscribe"])
    assert re.fullmatch(r"<https?://\S+/stop/\S+>", unsubscribe)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    paths = [re.sub(r"/(b|stop)/\S+", r"/\1/", one) for one in (*links_of(letter), unsubscribe)]
    for words in (str(letter["Subject"]), parseaddr(str(letter["From"]))[0], *paths, text_of(letter)):
        assert not CLINICAL.search(words), words


def other_steps_are_withdrawn(follow_up: FollowUp) -> None:
    """Booked is booked: nothing more is sent about it."""
    follow_up.refresh_from_db()
    assert follow_up.state == "booked"
    states = [letter.state for letter in Letter.objects.about(follow_up).order_by("due_at")]
    assert states == ["sent", "withdrawn", "withdrawn"]


def recall_list_shows_it_booked(page: Page, eyes: Eyes) -> None:
    """The desk sees that nobody need ring."""
    page.get_by_role("link", name="Recall").first.click()
    page.wait_for_url("**/recall/**")
    eyes.look(page, name="recall")
    page.get_by_role("link", name=re.compile(r"^Booked")).click()
    row = page.get_by_role("row").filter(has_text="Asha Rao")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Booked")
    eyes.look(page, name="recall, booked", dark=True)
