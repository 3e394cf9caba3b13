"""A signed session against raw SQL: nothing of it changes, goes or comes late, as the app's role and as the owner."""

from collections.abc import Iterator
from datetime import datetime

import psycopg2
import pytest
from django.db import connection

from clinic.embedded.home import APP_ROLE, OWNER_ROLE
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed, some_vials
from treatments.corresponding import write_to_doctor
from treatments.incidents import mark_seen
from treatments.models import InjectionSession, Lot
from treatments.models.session import VoidReason
from treatments.models.stock import LotState
from treatments.signing import add_addendum, void_session
from treatments.withdrawing import take_out_of_use

pytestmark = pytest.mark.django_db(transaction=True)

COPY_SITE = """
    INSERT INTO treatments_sessionsite
        (public_id, session_id, muscle_id, side, figure, x, y, units, position)
    SELECT gen_random_uuid(), session_id, muscle_id, side, figure, x, y, units, 99 FROM treatments_sessionsite LIMIT 1
"""
COPY_FINDING = """
    INSERT INTO treatments_finding
        (public_id, session_id, gate, rule, subject, code, level, text, source, rules_version, reason, found_at)
    SELECT gen_random_uuid(), session_id, gate, rule, 'late', code, level, text, source, rules_version, '', now()
    FROM treatments_finding WHERE session_id IS NOT NULL LIMIT 1
"""
COPY_DRAW = """
    INSERT INTO treatments_draw (public_id, vial_id, session_id, kind, units, reason, by_id, at)
    SELECT gen_random_uuid(), vial_id, session_id, 'given', 1, '', by_id, now() FROM treatments_draw LIMIT 1
"""
ANOTHER_PREPARATION = """
    INSERT INTO treatments_sessionpreparation (session_id, preparation_id, position)
    SELECT session_id, preparation_id, 9 FROM treatments_sessionpreparation LIMIT 1
"""
LATE_VIAL = """
    INSERT INTO treatments_preparationvial (preparation_id, vial_id)
    SELECT p.id, v.id FROM treatments_preparation p, treatments_vial v WHERE v.opened_at IS NULL LIMIT 1
"""
LATE_INCIDENT = """
    INSERT INTO treatments_incident (public_id, session_id, rule, text, statement, at)
    SELECT gen_random_uuid(), id, 'R07', 'late', 'late', now() FROM treatments_injectionsession LIMIT 1
"""
REFUSED = {
    "session: note": "UPDATE treatments_injectionsession SET note = 'changed'",
    "session: unsigned": "UPDATE treatments_injectionsession SET signed_at = NULL, signed_by_id = NULL",
    "session: total": "UPDATE treatments_injectionsession SET total_units = 1",
    "session: gone": "DELETE FROM treatments_injectionsession",
    "session: emptied": "TRUNCATE treatments_injectionsession CASCADE",
    "site: units": "UPDATE treatments_sessionsite SET units = 50",
    "site: gone": "DELETE FROM treatments_sessionsite",
    "site: late": COPY_SITE,
    "site: emptied": "TRUNCATE treatments_sessionsite CASCADE",
    "site: from another preparation": "UPDATE treatments_sessionsite SET preparation_id = NULL",
    "preparation of it: another": ANOTHER_PREPARATION,
    "preparation of it: number": "UPDATE treatments_sessionpreparation SET position = 2",
    "preparation of it: gone": "DELETE FROM treatments_sessionpreparation",
    "preparation of it: emptied": "TRUNCATE treatments_sessionpreparation CASCADE",
    "session: pain": "UPDATE treatments_injectionsession SET pain_nrs = 9",
    "session: assistant": "UPDATE treatments_injectionsession SET assistant_name = 'Somebody'",
    "session: late entry": "UPDATE treatments_injectionsession SET late_entry_reason = 'No power'",
    "session: no late entry": "UPDATE treatments_injectionsession SET late_entry_reason = ''",
    "session: whose": "UPDATE treatments_injectionsession SET clinician_id = clinician_id + 1",
    "made up: mL": "UPDATE treatments_preparation SET diluent_ml = 2",
    "made up: time": "UPDATE treatments_preparation SET reconstituted_at = now()",
    "made up: gone": "DELETE FROM treatments_preparation",
    "made up: emptied": "TRUNCATE treatments_preparation CASCADE",
    "vial in it: another's": "UPDATE treatments_preparationvial SET preparation_id = preparation_id + 1",
    "vial in it: gone": "DELETE FROM treatments_preparationvial",
    "vial in it: late": LATE_VIAL,
    "incident: statement": "UPDATE treatments_incident SET statement = 'changed'",
    "incident: finding": "UPDATE treatments_incident SET text = 'changed'",
    "incident: gone": "DELETE FROM treatments_incident",
    "incident: emptied": "TRUNCATE treatments_incident CASCADE",
    "incident: late": LATE_INCIDENT,
    "addendum: emptied": "TRUNCATE treatments_addendum CASCADE",
    "finding: level": "UPDATE treatments_finding SET level = 'ok'",
    "finding: gone": "DELETE FROM treatments_finding",
    "finding: late": COPY_FINDING,
    "draw: units": "UPDATE treatments_draw SET units = 1",
    "draw: gone": "DELETE FROM treatments_draw",
    "draw: late": COPY_DRAW,
    "letter to a doctor: text": "UPDATE treatments_doctorletter SET text = 'changed'",
    "letter to a doctor: gone": "DELETE FROM treatments_doctorletter",
    "letter to a doctor: emptied": "TRUNCATE treatments_doctorletter CASCADE",
    "addendum: text": "UPDATE treatments_addendum SET text = 'changed'",
    "addendum: gone": "DELETE FROM treatments_addendum",
    "void: reason": "UPDATE treatments_void SET reason = 'changed'",
    "void: gone": "DELETE FROM treatments_void",
    "vial: drawn": "UPDATE treatments_vial SET drawn_units = 7",
    "vial: size": "UPDATE treatments_vial SET units = 1000",
}


@pytest.fixture
def session(now: datetime) -> InjectionSession:
    by = a_user()
    session = ready_to_sign(by, now)
    some_vials(by, now, number="B2")  # one more bottle, sealed, that might be said to have been in it
    take_out_of_use(
        lot=Lot.objects.get(number="C7731A3"), state=LotState.RECALLED, reason="Letter of the maker", by=by, now=now
    )
    session = signed(session, by, now, statement="The recall reached us after the injection.")
    assert session.incidents.count() == 1
    add_addendum(session=session, text="Needle was 32 G.", by=by, now=now)
    write_to_doctor(session=session, to="Dr A. Shah", text="Well.", by=by, now=now)
    void_session(session=session, kind=VoidReason.ENTERED_WRONGLY, reason="Typed from the wrong sheet", by=by, now=now)
    return session


@pytest.fixture
def cursors() -> Iterator[dict[str, "psycopg2.extensions.cursor"]]:
    """A raw connection for each role, beside Django."""
    opened = {}
    for role in (APP_ROLE, OWNER_ROLE):
        raw = psycopg2.connect(
            host=connection.settings_dict["HOST"], user=OWNER_ROLE, dbname=connection.settings_dict["NAME"]
        )
        raw.autocommit = True
        opened[role] = raw.cursor()
        opened[role].execute(f"SET ROLE {role}")
    yield opened
    for cursor in opened.values():
        cursor.connection.close()


def _everything(session: InjectionSession) -> list[list[object]]:
    session = InjectionSession.objects.get(pk=session.pk)
    children = (
        session.sites,
        session.findings,
        session.draws,
        session.addenda,
        session.incidents,
        session.preparations,
    )
    return [
        [vars(session).get("note"), session.total_units, session.signed_at],
        *([*rows.order_by("pk").values_list()] for rows in children),
    ]


def test_raw_sql_changes_nothing_of_a_signed_session(
    session: InjectionSession, cursors: "dict[str, psycopg2.extensions.cursor]"
) -> None:
    before = _everything(session)
    passed = []
    for role, cursor in cursors.items():
        for name, statement in REFUSED.items():
            try:
                cursor.execute(statement)
            except (psycopg2.errors.RestrictViolation, psycopg2.errors.InsufficientPrivilege):
                continue
            passed.append((role, name))
    assert passed == []
    assert _everything(session) == before


def test_owner_meets_the_trigger_by_its_name(
    session: InjectionSession, cursors: "dict[str, psycopg2.extensions.cursor]"
) -> None:
    with pytest.raises(psycopg2.errors.RestrictViolation) as refused:
        cursors[OWNER_ROLE].execute("UPDATE treatments_sessionsite SET units = 50")
    assert refused.value.diag.constraint_name == "treatments_sessionsite_is_frozen_with_injectionsession"
    assert session.is_signed


def test_draft_is_not_frozen(now: datetime, cursors: "dict[str, psycopg2.extensions.cursor]") -> None:
    session = ready_to_sign(a_user(), now)
    cursors[APP_ROLE].execute("UPDATE treatments_sessionsite SET units = 4")
    cursors[APP_ROLE].execute(COPY_SITE)
    assert session.sites.filter(units=4).count() == 32


def test_manager_says_once_that_an_incident_was_seen(
    session: InjectionSession, now: datetime, cursors: "dict[str, psycopg2.extensions.cursor]"
) -> None:
    assert mark_seen(session=session, by=a_user(), now=now) == 1
    for cursor in cursors.values():
        with pytest.raises((psycopg2.errors.RestrictViolation, psycopg2.errors.InsufficientPrivilege)):
            cursor.execute("UPDATE treatments_incident SET seen_at = NULL, seen_by_id = NULL")
