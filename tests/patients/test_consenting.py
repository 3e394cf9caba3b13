"""Signing and taking back: what is kept, what follows, what the deeds and the database refuse."""

import hashlib
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic.audit.models import Entry
from clinic.embedded.home import OWNER_ROLE
from clinic.lib.db import violated
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients import consenting
from patients.consent_words import NoSuchPlace, WordingWritten, WordsMissing, write_wording
from patients.consents import (
    PhotographyNotConsented,
    State,
    may_photograph,
    record_consent,
    require_photography,
    standing_of,
    wording_for,
)
from patients.errors import NobodyToAnswer
from patients.intake import submit
from patients.models import Consent, ConsentText, Patient
from patients.models.consents import ConsentKind
from patients.questionnaire import _publish_wordings
from patients.signatures import Signature, read_strokes
from tests.patients.consent_making import STROKES, TYPED, answer, words
from tests.patients.intake_making import filled, invited
from tests.patients.making import member
from tests.treatments.people import a_patient

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
GUARDIAN = Signature(name="Hina Shah", signer="guardian", relation="mother")


@pytest.fixture
def rekha() -> Patient:
    words()
    return a_patient(given_name="Rekha", family_name="Parmar", email="rekha@patients.example")


def state(patient: Patient, kind: ConsentKind) -> State:
    return next(one.state for one in standing_of(patient) if one.kind == kind)


def test_a_signed_consent_keeps_words_hash_name_and_lines(rekha: Patient) -> None:
    desk = member(Role.FRONT_DESK, at=rekha.location)
    rekha.location.privacy_contact = "Asha Mehta, asha@clinic.example"
    rekha.location.save()
    signature = Signature(name="Rekha Parmar", strokes=read_strokes(STROKES))
    kept = answer(rekha, "data_use", NOW, by=desk, signature=signature, language="gu")
    kept.refresh_from_db()
    assert kept.text.startswith(f"સૂચના: {rekha.location.sender_name}")
    assert "asha@clinic.example" in kept.text
    assert kept.text_sha256 == hashlib.sha256(kept.text.encode()).hexdigest()
    assert (kept.signed_how, kept.signer_is, kept.signer_name) == ("drawn", "patient", "Rekha Parmar")
    assert kept.strokes == [[[20, 120], [90, 40], [140, 150], [220, 60]], [[250, 100], [330, 90]]]
    entry = Entry.objects.get(verb="consent.given")
    assert entry.detail == {
        "kind": "data_use", "version": 2, "language": "gu", "signed": "drawn", "signer": "patient",
    }  # fmt: skip


def test_a_yes_is_signed_and_a_no_need_not_be(rekha: Patient) -> None:
    with pytest.raises(consenting.NotSigned):
        answer(rekha, "photography", NOW, signature=None)
    assert answer(rekha, "photography", NOW, is_given=False, signature=None).signed_how == ""
    assert state(rekha, ConsentKind.PHOTOGRAPHY) is State.REFUSED


def test_who_is_under_age_does_not_sign_alone() -> None:
    child = a_patient(born_on=NOW.date() - timedelta(days=17 * 365), birth_precision="day")
    with pytest.raises(consenting.GuardianNeeded):
        answer(child, "data_use", NOW)
    kept = answer(child, "data_use", NOW, signature=GUARDIAN)
    assert (kept.signer_is, kept.signer_relation) == ("guardian", "mother")


def test_words_replaced_meanwhile_are_not_signed(rekha: Patient) -> None:
    manager, read = member(Role.MANAGER, at=rekha.location), wording_for("photography", "en")
    texts = {"en": "New", "hi": "नया", "gu": "નવું"}
    write_wording(kind="photography", texts=texts, seen_version=1, by=manager, now=NOW)
    with pytest.raises(consenting.WordingReplaced):
        consenting.sign_consent(patient=rekha, wording=read, is_given=True, signature=TYPED, by=None, now=NOW)
    assert not Consent.objects.exists()


def test_treatment_is_agreed_to_for_a_plan_that_asks_for_it(rekha: Patient) -> None:
    for about in (None, rekha.public_id):
        with pytest.raises(consenting.NotAsked):
            answer(rekha, "treatment", NOW, about=about)


@pytest.mark.parametrize("lost", ["deceased", "merged"])
def test_nobody_answers_for_the_dead_or_merged(rekha: Patient, lost: str) -> None:
    kept = answer(rekha, "photography", NOW)
    gone = {"deceased_on": NOW.date()} if lost == "deceased" else {"merged_into": a_patient(given_name="Survivor")}
    Patient.objects.filter(pk=rekha.pk).update(**gone)
    with pytest.raises(NobodyToAnswer):
        answer(rekha, "data_use", NOW)
    with pytest.raises(NobodyToAnswer):
        consenting.withdraw_consent(consent=kept, by=None, now=NOW)


def test_taking_back_is_a_new_row_and_once(rekha: Patient) -> None:
    given = answer(rekha, "photography", NOW)
    later = NOW + timedelta(days=2)
    taken_back = consenting.withdraw_consent(consent=given, by=None, now=later)
    assert taken_back is not None
    assert (taken_back.is_given, taken_back.wording, taken_back.signed_how) == (False, given.wording, "")
    assert consenting.withdraw_consent(consent=given, by=None, now=later) is None
    assert Consent.objects.count() == 2
    assert state(rekha, ConsentKind.PHOTOGRAPHY) is State.WITHDRAWN
    assert Entry.objects.filter(verb="consent.withdrawn", actor="patient link").count() == 1


@pytest.mark.parametrize(
    ("kind", "column"),
    [("reminders", "wants_reminders"), ("before_visit", "wants_visit_reminders"), ("check_ins", "wants_check_ins")],
)
def test_letters_go_by_the_answer(rekha: Patient, kind: str, column: str) -> None:
    given = answer(rekha, kind, NOW)
    consenting.withdraw_consent(consent=given, by=None, now=NOW)
    rekha.refresh_from_db()
    assert getattr(rekha, column) is False
    answer(rekha, kind, NOW + timedelta(minutes=1))
    rekha.refresh_from_db()
    assert getattr(rekha, column) is True
    assert Consent.objects.filter(kind=kind).count() == 3, "one row an answer, none besides"


def test_a_no_to_data_use_stops_letters_and_photographs(rekha: Patient) -> None:
    answer(rekha, "photography", NOW)
    given = answer(rekha, "data_use", NOW)
    assert may_photograph(rekha)
    consenting.withdraw_consent(consent=given, by=None, now=NOW)
    rekha.refresh_from_db()
    assert (rekha.wants_reminders, rekha.wants_visit_reminders, rekha.wants_check_ins) == (False, False, False)
    with pytest.raises(PhotographyNotConsented) as refused:
        require_photography(rekha)
    assert refused.value.state is State.WITHDRAWN


def test_a_no_to_data_use_writes_no_answer_that_nobody_gave(rekha: Patient) -> None:
    """The letters stop; each stands as it was answered, and says that none go; a yes to it switches it on again."""
    answer(rekha, "reminders", NOW)
    consenting.withdraw_consent(consent=answer(rekha, "data_use", NOW), by=None, now=NOW)
    rekha.refresh_from_db()
    kinds = Consent.objects.order_by("id").values_list("kind", "is_given")
    assert list(kinds) == [("reminders", True), ("data_use", True), ("data_use", False)]
    letters = {one.kind: (one.state, one.is_stopped) for one in standing_of(rekha) if one.is_wanted is not None}
    assert letters == {
        "reminders": (State.GIVEN, True), "before_visit": (State.NOT_ASKED, True), "check_ins": (State.NOT_ASKED, True),
    }  # fmt: skip
    assert Entry.objects.filter(verb="reminders.stopped").count() == 1
    answer(rekha, "reminders", NOW + timedelta(minutes=1))
    rekha.refresh_from_db()
    assert (rekha.wants_reminders, rekha.wants_check_ins) == (True, False)


def test_a_no_in_the_form_stops_letters_too() -> None:
    intake = filled(invited(NOW), NOW, consent_data_use="no", consent_reminders="yes")
    submit(intake=intake, by=None, now=NOW)
    intake.patient.refresh_from_db()
    assert not intake.patient.wants_reminders
    assert not intake.patient.wants_check_ins


def test_photography_needs_a_yes_of_its_own(rekha: Patient) -> None:
    """Nobody asked is no yes; data use that nobody asked for is no no."""
    assert not may_photograph(rekha)
    answer(rekha, "photography", NOW)
    assert may_photograph(rekha)
    consenting.withdraw_consent(consent=Consent.objects.get(), by=None, now=NOW)
    assert not may_photograph(rekha)


def test_a_row_without_signature_stands_as_what_it_is(rekha: Patient) -> None:
    """As one from before signatures: no text, no hash, no name."""
    old = Consent.objects.create(
        patient=rekha, kind="data_use", wording=ConsentText.objects.get(kind="data_use", version=1, language="en"),
        is_given=True, at=NOW,
    )  # fmt: skip
    (data_use, *_rest) = standing_of(rekha)
    assert (data_use.state, data_use.version, data_use.is_signed, data_use.is_outdated) == (State.GIVEN, 1, False, True)
    assert data_use.copy_url.endswith(f"/consents/{old.public_id}/copy.pdf")


def test_standing_asks_no_more_for_more_answers(rekha: Patient) -> None:
    counts = []
    for _round in range(3):
        with CaptureQueriesContext(connection) as asked:
            standing_of(rekha)
        counts.append(len(asked))
        answer(rekha, "photography", NOW)
        answer(rekha, "data_use", NOW)
    assert counts == [4, 4, 4]


SIGNED = "signed_how = 'typed', signer_is = 'patient', signer_name = 'Rekha'"
REFUSED = {
    "consent_text_is_what_was_hashed": "text = 'Other words'",
    "consent_signature_is_whole_or_absent": "signer_name = ''",
    "consent_signature_by_hand_has_its_lines": "signed_how = 'drawn'",
    "consent_strokes_are_lines": "signed_how = 'drawn', strokes = '[]'",
    "consent_read_aloud_names_its_witness": "signed_how = 'witnessed'",
    "consent_guardian_says_what_they_are_to_the_patient": "signer_is = 'guardian'",
}


@pytest.mark.parametrize("constraint", REFUSED)
def test_the_database_refuses_what_is_no_signature(rekha: Patient, constraint: str) -> None:
    """Written straight into the table: the same row with the wrong value never enters it; unchanged it does."""
    kept = answer(rekha, "photography", NOW)
    fields = Consent._meta.concrete_fields  # noqa: SLF001 - Django's documented meta API
    columns = [str(field.column) for field in fields if field.name not in {"id", "public_id"}]
    wrong = dict(part.split(" = ") for part in REFUSED[constraint].split(", "))
    copy = ", ".join(f"{wrong[name]} AS {name}" if name in wrong else name for name in columns)
    plain = ", ".join(columns)
    start = f"INSERT INTO patients_consent (public_id, {plain}) SELECT gen_random_uuid(), "
    end = f" FROM patients_consent WHERE id = {kept.pk}"
    with connection.cursor() as cursor:
        cursor.execute(start + plain + end)
        with pytest.raises(DatabaseError) as error, transaction.atomic():
            cursor.execute(start + copy + end)
    assert violated(error.value) == constraint


NEVER = (
    "UPDATE patients_consent SET signer_name = 'Somebody else'",
    "UPDATE patients_consent SET strokes = NULL",
    "DELETE FROM patients_consent",
    "UPDATE patients_consenttext SET text = 'Easier words'",
)


@pytest.mark.parametrize("statement", NEVER)
def test_what_was_signed_never_changes(rekha: Patient, statement: str) -> None:
    answer(rekha, "photography", NOW)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_owner_changes_nothing_that_was_signed() -> None:
    words()
    answer(a_patient(), "photography", NOW)
    settings = connection.settings_dict
    owner = psycopg2.connect(host=settings["HOST"], user=OWNER_ROLE, dbname=settings["NAME"])
    owner.autocommit = True
    try:
        for statement in NEVER:
            with owner.cursor() as cursor, pytest.raises(psycopg2.Error, match=r"A consent is a fact|agreed to stand"):
                cursor.execute(statement)
    finally:
        owner.close()


def test_new_words_are_written_in_every_language_at_once(rekha: Patient) -> None:
    manager = member(Role.MANAGER, at=rekha.location)
    texts = {"en": "New {clinic}\r\n\r\n\r\n- one  \n- two", "hi": "नया {clinic}", "gu": "નવું {clinic}"}
    written = write_wording(kind="photography", texts=texts, seen_version=1, by=manager, now=NOW)
    assert [(one.version, one.language) for one in written] == [(2, "en"), (2, "hi"), (2, "gu")]
    assert written[0].text == "New {clinic}\n\n- one\n- two"
    with pytest.raises(WordingWritten):
        write_wording(kind="photography", texts=texts, seen_version=1, by=manager, now=NOW)
    with pytest.raises(WordsMissing):
        write_wording(kind="photography", texts=texts | {"gu": " "}, seen_version=2, by=manager, now=NOW)
    with pytest.raises(NoSuchPlace):
        write_wording(kind="photography", texts=texts | {"gu": "{doctor}"}, seen_version=2, by=manager, now=NOW)
    assert ConsentText.objects.filter(kind="photography").count() == 6


def test_shipped_words_do_not_take_the_place_of_the_clinics_own(rekha: Patient) -> None:
    manager = member(Role.MANAGER, at=rekha.location)
    texts = {"en": "Ours", "hi": "हमारा", "gu": "અમારું"}
    write_wording(kind="data_use", texts=texts, seen_version=2, by=manager, now=NOW)
    _publish_wordings()
    assert wording_for("data_use", "en").text == "Ours"


def test_each_press_mails_a_link_of_its_own_letter(rekha: Patient) -> None:
    desk = member(Role.FRONT_DESK, at=rekha.location)
    for _press in range(2):
        consenting.mail_link(patient=rekha, by=desk, now=NOW)
    assert list(Letter.objects.of_kind("consents_link").values_list("edition", flat=True)) == ["1", "2"]


def test_a_permission_of_the_intake_keeps_its_words(rekha: Patient) -> None:
    kept = record_consent(patient=rekha, kind="photography", is_given=True, by=None, now=NOW, language="hi")
    assert kept.text_sha256 == hashlib.sha256(kept.text.encode()).hexdigest()
    assert "{" not in kept.text
