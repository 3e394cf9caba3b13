"""What is typed and not saved: kept by revision, let go by a saving, refused by a signature (BTX-094, BTX-095)."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.audit.models import Entry
from tests.treatments.people import a_patient, a_user
from treatments.consulting import ConsultationDraft, save_draft, sign_consultation, start_consultation
from treatments.drafting import Seen, discard_typed, keep_typed, typed_of
from treatments.errors import ConsultationSigned, EditedMeanwhile
from treatments.models import Consultation, TypedConsultation

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(now: datetime) -> Consultation:
    return start_consultation(patient=a_patient(), by=a_user(), now=now)


def keep(held: Consultation, revision: int, now: datetime, **fields: str) -> TypedConsultation:
    return keep_typed(consultation=held, seen=Seen(held.version, revision), fields=fields, by=held.clinician, now=now)


def save(held: Consultation, now: datetime, *, revision: int = 0, **facts: Any) -> Consultation:
    draft = ConsultationDraft(**facts)
    return save_draft(
        consultation=held,
        seen_version=held.version,
        seen_revision=revision,
        draft=draft,
        by=held.clinician,
        now=now,
    )


def test_typed_is_kept_as_it_stands_and_the_record_is_not_touched(held: Consultation, now: datetime) -> None:
    keep(held, 0, now, history="Since 20", score_hit6="3", count_x="half a num")
    typed = typed_of(held)
    assert typed is not None
    assert (typed.fields, typed.revision, typed.by) == (
        {"history": "Since 20", "score_hit6": "3", "count_x": "half a num"},
        1,
        held.clinician,
    )
    kept = Consultation.objects.get(pk=held.pk)
    assert (kept.version, kept.history, kept.scores.count()) == (1, "", 0)
    assert not Entry.objects.filter(verb="consultation.saved").exists()


def test_typed_again_counts_on_and_the_same_text_does_not(held: Consultation, now: datetime) -> None:
    keep(held, 0, now, history="a")
    assert keep(held, 1, now, history="ab").revision == 2
    assert keep(held, 1, now, history="ab").revision == 2  # the answer to the second was lost, so it came again


def test_typed_on_another_page_is_not_overwritten(held: Consultation, now: datetime) -> None:
    keep(held, 0, now, history="tab one")
    with pytest.raises(EditedMeanwhile):
        keep(held, 0, now, history="tab two")
    typed = typed_of(held)
    assert typed is not None
    assert typed.fields == {"history": "tab one"}


def test_saving_lets_go_of_what_was_typed(held: Consultation, now: datetime) -> None:
    keep(held, 0, now, history="mine")
    saved = save(held, now, revision=1, history="mine")
    assert (typed_of(saved), saved.history, saved.version) == (None, "mine", 2)


def test_saving_without_having_seen_what_was_typed_keeps_both(held: Consultation, now: datetime) -> None:
    keep(held, 0, now, history="theirs")
    with pytest.raises(EditedMeanwhile):
        save(held, now, history="mine")
    typed, kept = typed_of(held), Consultation.objects.get(pk=held.pk)
    assert typed is not None
    assert (typed.fields["history"], kept.history, kept.version) == ("theirs", "", 1)


def test_signature_wins_over_a_late_keeping(held: Consultation, now: datetime) -> None:
    saved = save(held, now, decision="treat")
    sign_consultation(consultation=saved, seen_version=2, by=held.clinician, now=now)
    with pytest.raises(ConsultationSigned):
        keep_typed(consultation=held, seen=Seen(2), fields={"history": "late"}, by=held.clinician, now=now)
    assert not TypedConsultation.objects.exists()


def test_signature_does_not_sign_unsaved_text_away(held: Consultation, now: datetime) -> None:
    saved = save(held, now, decision="treat")
    keep(saved, 0, now, history="not saved yet")
    with pytest.raises(EditedMeanwhile):
        sign_consultation(consultation=saved, seen_version=2, by=held.clinician, now=now)
    assert not Consultation.objects.get(pk=held.pk).is_signed


def insert(held: Consultation) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO treatments_typedconsultation (fields, revision, at, by_id, consultation_id)"
            " VALUES ('{}', 1, now(), %s, %s)",
            [held.clinician.pk, held.pk],
        )


def test_raw_sql_types_nothing_into_a_signed_consultation(held: Consultation, now: datetime) -> None:
    insert(held)  # the control: a draft takes it
    saved = save(held, now, revision=1, decision="treat")
    sign_consultation(consultation=saved, seen_version=2, by=held.clinician, now=now)
    with pytest.raises(IntegrityError, match="frozen"):
        insert(held)


def test_discarding_leaves_what_was_saved_and_tells_pages_drawn_before(held: Consultation, now: datetime) -> None:
    saved = save(held, now, history="saved")
    keep(saved, 0, now, history="typed")
    discard_typed(consultation=saved, seen=Seen(2, 1), by=held.clinician)
    kept = Consultation.objects.get(pk=held.pk)
    assert (typed_of(kept), kept.history, kept.version) == (None, "saved", 3)
    with pytest.raises(EditedMeanwhile):  # a tab that still holds the text is not let in as if nothing had been
        keep(saved, 1, now, history="typed and more")
    assert Entry.objects.filter(verb="consultation.discarded").count() == 1


def test_discarding_what_grew_meanwhile_is_refused(held: Consultation, now: datetime) -> None:
    keep(held, 0, now, history="a")
    keep(held, 1, now, history="ab")
    with pytest.raises(EditedMeanwhile):
        discard_typed(consultation=held, seen=Seen(1, 1), by=held.clinician)
    assert typed_of(held) is not None
