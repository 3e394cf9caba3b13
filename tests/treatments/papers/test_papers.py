"""What stands on the papers of a real session, read back out of the file (BTX-074, BTX-059)."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

from clinic.staff.models import User
from tests.treatments.papers.making import GUJARATI, HINDI, NOTE, a_signed_session, as_read
from tests.treatments.papers.reading import boxes, pages, words
from tests.treatments.people import a_user
from treatments.corresponding import write_to_doctor
from treatments.models import InjectionSession
from treatments.models.session import VoidReason
from treatments.papers.doctor_letter import doctor_letter, prepared_text
from treatments.papers.figures import VIEWS, charted, drawing
from treatments.papers.patient_summary import patient_summary
from treatments.papers.printed_plan import printed_plan
from treatments.papers.session_sheet import session_sheet
from treatments.papers.treatment_card import treatment_card
from treatments.papers.typesetting import TEMPLATES, Paper, typeset
from treatments.signing import add_addendum, void_session
from treatments.views.plan import plans_for

pytestmark = pytest.mark.django_db
NB = "\u00a0"
LETTER_MM, A4_MM, UNPRINTABLE_MM = (216, 279), (210, 297), 5


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def doctor() -> User:
    return a_user(name="Dr Meera Solanki")


def every_paper(session: InjectionSession, by: User, now: datetime) -> dict[str, Paper]:
    """One of each kind about a session."""
    plans = list(plans_for(by).filter(patient=session.patient))
    letter = write_to_doctor(session=session, to="Dr A. Shah\nPaldi", text=prepared_text(session), by=by, now=now)
    found = [
        session_sheet(session, by=by, now=now),
        treatment_card(session, by=by, now=now),
        doctor_letter(letter, by=by, now=now),
        patient_summary(session.patient, plans, by=by, now=now),
        printed_plan(plans[0], by=by, now=now),
    ]
    return {paper["kind"]: paper for paper in found}


def test_names_and_notes_in_three_scripts_can_be_copied_out_of_every_paper(doctor: User, now: datetime) -> None:
    """BTX-074: Gujarati and Devanagari conjuncts and vowel signs come out as they were typed."""
    session = a_signed_session(doctor, now, given_name=GUJARATI, family_name=HINDI, note=NOTE)
    for kind, paper in every_paper(session, doctor, now).items():
        assert f"{GUJARATI} {HINDI}" in words(typeset([paper], now=now)), kind
    assert NOTE in words(typeset([session_sheet(session, by=doctor, now=now)], now=now))


def test_every_page_says_whose_it_is_and_which_of_how_many(doctor: User, now: datetime) -> None:
    """BTX-074: patient name, MRN and page x of y on every page, also where two papers are in one file."""
    session = a_signed_session(doctor, now, note="A long note. " * 900)
    number = f"Record no. {session.patient.record_number}"
    papers = every_paper(session, doctor, now)
    sheet = pages(typeset([papers["session_sheet"]], now=now))
    assert len(sheet) > 3
    for place, page in enumerate(sheet, start=1):
        text = " ".join(page.split())
        assert "Meenal Trivedi" in text
        assert number in text
        assert f"Page {place} of {len(sheet)}" in text
    both = pages(typeset([papers["doctor_letter"], papers["treatment_card"]], now=now))
    assert ["Page 1 of 1" in page for page in both] == [True, True]


@pytest.mark.parametrize(
    "kind", ["session_sheet", "treatment_card", "doctor_letter", "patient_summary", "printed_plan"]
)
def test_nothing_is_cut_on_a4_or_letter(kind: str, doctor: User, now: datetime) -> None:
    """BTX-074: every character stands where both papers have paper, whichever of the two is in the printer."""
    session = a_signed_session(doctor, now, sites=45, given_name="Longname " * 18, note=f"{NOTE} {'x' * 120} " * 60)
    found = boxes(typeset([every_paper(session, doctor, now)[kind]], now=now))
    width, height = min(LETTER_MM[0], A4_MM[0]), min(LETTER_MM[1], A4_MM[1])
    assert len(found) > 300
    assert [box for box in found if box.left < UNPRINTABLE_MM or box.right > width - UNPRINTABLE_MM] == []
    assert [box for box in found if box.top < UNPRINTABLE_MM or box.bottom > height - UNPRINTABLE_MM] == []


def test_head_of_a_long_table_is_on_each_of_its_pages(doctor: User, now: datetime) -> None:
    """BTX-074: 80 rows run over pages; each page with rows has the words over them."""
    paper = session_sheet(a_signed_session(doctor, now), by=doctor, now=now)
    row = paper["injections"]["rows"][0]
    paper["injections"]["rows"] = [[f"Muscle {number}", *row[1:]] for number in range(80)]
    found = pages(typeset([paper], now=now))
    with_rows = [page for page in found if re.search(r"Muscle \d", page)]
    assert len(with_rows) > 1
    assert ["At each" in page for page in with_rows] == [True] * len(with_rows)
    assert [number for number in range(80) if f"Muscle {number} " not in " ".join(found)] == []


def test_doses_stand_with_their_word_and_a_space_that_does_not_break(doctor: User, now: datetime) -> None:
    """BTX-059: "5 units", "155 units"; never a bare number, a trailing nought or the letter U."""
    session = a_signed_session(doctor, now)
    for kind, paper in every_paper(session, doctor, now).items():
        said = json.dumps(paper, ensure_ascii=False, default=str)
        assert re.findall(r"\d[ ]units\b|\d\.\d*0[\u00a0 ]units|\d ?U\b", said) == [], kind
    sheet = session_sheet(session, by=doctor, now=now)
    assert sheet["total"] == f"155{NB}units · 3.1{NB}mL"
    assert sheet["injections"]["rows"][0] == ["Corrugator supercilii", "Left", "1", f"5{NB}units", f"5{NB}units", "0.1"]
    assert sheet["injections"]["foot"] == ["Total", "", "31", "", f"155{NB}units", f"3.1{NB}mL"]


def test_sheet_says_lot_vial_diluent_and_addenda(doctor: User, now: datetime) -> None:
    session = a_signed_session(doctor, now)
    add_addendum(session=session, text="Rang the next day: well.", by=doctor, now=now)
    text = words(typeset([session_sheet(as_read(session), by=doctor, now=now)], now=now))
    for said in (
        "Lot C7731A3, vial A",
        "200 units in 4 mL",
        "0.9% saline",
        "expires 30 Nov 2028",
        "Rang the next day: well.",
    ):
        assert said in text
    assert "Signed by Dr Meera Solanki" in text


def test_a_voided_session_says_so_first_and_gets_no_letter_without_it(doctor: User, now: datetime) -> None:
    session = a_signed_session(doctor, now)
    letter = write_to_doctor(session=session, to="Dr A. Shah", text="Treated.", by=doctor, now=now)
    void_session(session=session, kind=VoidReason.NEVER_GIVEN, reason="The patient left.", by=doctor, now=now)
    session = as_read(session)
    letter.session = session
    first = pages(typeset([session_sheet(session, by=doctor, now=now)], now=now))[0]
    assert "VOIDED. Never given. The patient left." in " ".join(first.split())
    assert "VOIDED." in words(typeset([doctor_letter(letter, by=doctor, now=now)], now=now))
    plans = list(plans_for(doctor).filter(patient=session.patient))
    summary = patient_summary(session.patient, plans, by=doctor, now=now)
    assert summary["plans"][0]["sessions"]["rows"][0][-1] == "VOIDED: Never given"


def test_what_was_given_despite_a_stop_is_on_the_sheet(doctor: User, now: datetime) -> None:
    session = a_signed_session(doctor, now)
    session.given_despite = "The vial was expired; seen afterwards."
    text = words(typeset([session_sheet(session, by=doctor, now=now)], now=now))
    assert "Given despite a stop." in text
    assert "The clinician\u2019s statement: The vial was expired; seen afterwards." in text


def test_card_says_what_a_patient_must_carry(doctor: User, now: datetime) -> None:
    """Product, lot, day, the earliest next day (12 weeks are 84 days), red flags of the catalogue, both numbers."""
    session = a_signed_session(doctor, now)
    place = session.location
    place.phone, place.emergency_number = "+917900000123", "112"
    card = treatment_card(session, by=doctor, now=now)
    assert session.injected_on is not None
    earliest = session.injected_on + timedelta(days=84)
    assert card["next"]["day"] == f"{earliest.day} {earliest:%b %Y}"
    assert dict(card["facts"])["Lot"] == "C7731A3"
    assert dict(card["facts"])["Dose"] == f"155{NB}units"
    assert card["urgent"]["lead"] == "Call 112 now if this happens"
    assert card["urgent"]["items"][0] == "Trouble breathing"
    assert "New trouble swallowing" in card["same_day"]["items"]
    assert [one["number"] for one in card["numbers"]] == ["+91 79000 00123", "112"]
    assert len(pages(typeset([card], now=now))) == 1


def test_card_speaks_the_patients_language_on_one_page(doctor: User, now: datetime) -> None:
    """Whatever the reader of the page speaks; its longer words keep to the page."""
    session = a_signed_session(doctor, now, language="gu")
    with translation.override("hi"):
        card = treatment_card(session, by=doctor, now=now)
    assert card["lang"] == "gu"
    assert card["numbers"][-1]["lead"] == "ઇમરજન્સી"
    assert len(pages(typeset([card], now=now))) == 1


def test_letter_comes_prepared_and_says_who_signed(doctor: User, now: datetime) -> None:
    session = a_signed_session(doctor, now)
    text = prepared_text(session)
    assert "Condition: Chronic migraine." in text
    assert "The plan is a treatment every 12 weeks" in text
    letter = write_to_doctor(session=session, to="Dr A. Shah\nPaldi", text=text, by=doctor, now=now)
    found = words(typeset([doctor_letter(letter, by=doctor, now=now)], now=now))
    for said in ("Dr A. Shah Paldi", "Dear colleague,", "155 units", "With kind regards, Dr Meera Solanki"):
        assert said in found.replace(NB, " ")


def test_summary_of_a_long_story_stays_within_two_pages(doctor: User, now: datetime) -> None:
    """The latest sessions of each plan are listed, the number of the earlier ones is said."""
    session = a_signed_session(doctor, now)
    plans = list(plans_for(doctor).filter(patient=session.patient))
    paper = patient_summary(session.patient, plans, by=doctor, now=now)
    assert paper["plans"][0]["sessions"]["rows"][0][2] == f"155{NB}units"
    paper["plans"] = paper["plans"] * 4
    for plan in paper["plans"]:
        plan["sessions"]["rows"] = (plan["sessions"]["rows"] * 6)[:6]
    assert len(pages(typeset([paper], now=now))) <= 2


def test_figures_cut_the_drawings_as_the_page_does() -> None:
    source = (TEMPLATES.parent / "components" / "body_figure.html").read_text()
    for name, view in VIEWS.items():
        assert " ".join(map(str, view)) in source, name


def test_drawings_carry_the_pages_rules_in_light_colours() -> None:
    svg = str(drawing("head_front"))
    tokens = (Path(TEMPLATES).parents[1] / "static/css/tokens.css").read_text()
    light = re.search(r"--accent-soft: (#\w+)", tokens)
    assert light is not None
    assert light[1] in svg
    assert "var(" not in svg
    assert "script" not in svg


def test_only_figures_with_sites_are_on_paper() -> None:
    mark = {"x": "10.5", "y": "20", "side": "left", "units": "5"}
    empty: dict[str, Any] = {"figure": "head_back", "title": "Back", "tally": "", "marks": []}
    found = charted({"head": [{**empty, "figure": "head_front", "marks": [mark]}, empty], "body": []})
    assert [one["marks"] for one in found] == [[{"x": 10.5, "y": 20.0, "side": "left", "units": "5"}]]
    assert found[0]["corners"] == [{"at": "left", "word": "R"}, {"at": "right", "word": "L"}]


def test_half_units_keep_their_half(doctor: User, now: datetime) -> None:
    session = a_signed_session(doctor, now)
    site = session.sites.first()
    assert site is not None
    site.units = Decimal("2.50")
    from treatments.views.session_sheet import injections_of

    assert injections_of([site])[0]["units_words"] == f"2.5{NB}units"
