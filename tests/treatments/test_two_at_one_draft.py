"""F18: two clinicians on one session, one person in two tabs, a save against a signature. Nobody loses a word unseen.

Each guard has its control: the same two writers without it, and what was lost.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from clinic.staff.models import User
from tests.treatments.people import a_user
from tests.treatments.session_pages import first_key, posted, url
from tests.treatments.sessions import ready_to_sign, signed
from tests.treatments.test_session_races import at_once, execute_as_owner
from treatments.discarding import Leftover, discard_draft
from treatments.errors import EditedMeanwhile
from treatments.models import InjectionSession, SessionSite
from treatments.recording import HowDone, SiteEntry, save_sites
from treatments.session_refusals import SessionSigned
from treatments.views import session_discard, session_edit, session_late, session_sign
from treatments.views.session_common import session_or_404

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


@pytest.fixture
def clinician() -> User:
    return a_user()


@pytest.fixture
def session(clinician: User, now: datetime) -> InjectionSession:
    return ready_to_sign(clinician, now)


def at_the_page(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def entries_of(session: InjectionSession) -> list[SiteEntry]:
    return [
        SiteEntry(
            public_id=site.public_id,
            muscle=site.muscle.key,
            side=site.side,
            figure=site.figure,
            x=site.x,
            y=site.y,
            units=site.units,
        )
        for site in session.sites.select_related("muscle")
    ]


def saving(session: InjectionSession, note: str, by: User, now: datetime) -> Callable[[], object]:
    """One save of the page as it was opened, with a note."""
    entries, version = entries_of(session), session.version
    return lambda: save_sites(
        session=session, version=version, sites=entries, how=HowDone(note=note), reasons={}, by=by, now=now
    )


@pytest.mark.parametrize("is_same_person", [False, True], ids=["two clinicians", "two tabs"])
def test_f18_second_save_is_shown_both_texts_and_writes_nothing(
    is_same_person: bool, session: InjectionSession, clinician: User
) -> None:
    """F18, BTX-094."""
    one, other = at_the_page(clinician), at_the_page(clinician if is_same_person else a_user())
    key = first_key(session)
    mine = posted(session, note="Patient was tired.", **{f"{key}-units": "2.5"})
    assert one.post(url("session_save", session), posted(session, **{f"{key}-units": "7.5"})).status_code == 302
    answer = other.post(url("session_save", session), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    for word in ("Corrugator supercilii, Left: 7.5", "Corrugator supercilii, Left: 2.5", "Patient was tired."):
        assert word in text
    session.refresh_from_db()
    assert (session.note, SessionSite.objects.get(public_id=key).units) == ("", Decimal("7.5"))


def test_f18_save_after_the_signature_is_told_and_changes_nothing(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    """F18: sign wins and freezes."""
    page = at_the_page(a_user())
    late = posted(session, note="Written in the other tab.")
    signed(session, clinician, now)
    answer = page.post(url("session_save", session), late, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, url("session", session))
    assert "signed meanwhile" in page.get(url("session", session)).content.decode()
    session.refresh_from_db()
    assert session.note == ""


def test_f18_signature_of_what_was_changed_meanwhile_is_not_given(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    """F18: whoever signs has read what is signed."""
    version = session.version
    saving(session, "Saved in the other room.", a_user(), now)()
    with pytest.raises(EditedMeanwhile):
        signed(
            InjectionSession(pk=session.pk, patient_id=session.patient_id, plan_id=session.plan_id, version=version),
            clinician,
            now,
        )
    session.refresh_from_db()
    assert not session.is_signed


@pytest.mark.parametrize("name", ["session_save", "session_review", "session_sign", "session_late", "session_discard"])
def test_page_of_a_draft_that_a_colleague_discards_meanwhile_is_not_found(
    session: InjectionSession, clinician: User, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The draft goes between the page's finding it and its deed."""
    data = posted(session) | {"reason": "Went home before it", "given_at": "2026-01-01T10:00", "vials": "left"}

    def found_and_gone(user: User, public_id: UUID) -> InjectionSession:
        found = session_or_404(user, public_id)
        leftover = Leftover(is_wasted=False)
        discard_draft(session=found, reason="Went home before it", leftover=leftover, by=clinician, now=now)
        return found

    for page in (session_edit, session_sign, session_late, session_discard):
        monkeypatch.setattr(page, "session_or_404", found_and_gone)
    assert at_the_page(clinician).post(url(name, session), data).status_code == 404


def test_f18_of_two_saves_at_once_one_is_kept_and_one_is_told(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    came = at_once(saving(session, "One.", clinician, now), saving(session, "Other.", clinician, now))
    told = [result for result in came if isinstance(result, EditedMeanwhile)]
    won = [result for result in came if isinstance(result, InjectionSession)]
    assert (len(won), len(told)) == (1, 1), came
    session.refresh_from_db()
    assert session.note == won[0].note == told[0].theirs.note


def test_f18_save_and_signature_at_once_leave_one_that_both_know_of(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    came = at_once(saving(session, "Calm.", clinician, now), lambda: signed(session, clinician, now))
    session.refresh_from_db()
    if session.is_signed:
        assert isinstance(came[0], SessionSigned), came
        assert session.note == ""
    else:
        assert isinstance(came[1], EditedMeanwhile), came
        assert session.note == "Calm."


def without_asking(session: InjectionSession, note: str) -> Callable[[], object]:
    """The naive save: what the page holds, whatever stands; no version in the statement."""
    return lambda: InjectionSession.objects.filter(pk=session.pk).update(note=note)


def test_f18_control_without_the_version_one_text_is_lost_silently(session: InjectionSession) -> None:
    came = at_once(without_asking(session, "One."), without_asking(session, "Other."))
    assert came == [1, 1]  # both were told that theirs is kept
    session.refresh_from_db()
    assert session.note in {"One.", "Other."}  # and one of them is nowhere
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM treatments_injectionsession WHERE note LIKE '%One.%Other.%'")
        assert cursor.fetchone() == (0,)


def test_f18_control_without_the_trigger_a_late_save_rewrites_what_was_signed(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    signed(session, clinician, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        without_asking(session, "Rewritten.")()
    execute_as_owner("DROP FUNCTION treatments_injectionsession_is_frozen_once_signed() CASCADE")
    without_asking(session, "Rewritten.")()
    session.refresh_from_db()
    assert session.note == "Rewritten."
