"""Words for what Postgres says and does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import DateTimeField, Func

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


class TsTzRange(Func):
    """`tstzrange(from, until)`, half-open: a visit that ends at ten leaves ten free."""

    function = "TSTZRANGE"
    output_field = DateTimeField()


def violated(error: DatabaseError) -> str | None:
    """Return the name of the constraint that a database error broke, or None if it broke none."""
    diag = getattr(error.__cause__, "diag", None)
    return getattr(diag, "constraint_name", None)


def gave_up_waiting(error: DatabaseError) -> bool:
    """Say whether a statement failed because somebody held what it waited for: a lock's time was up, or a deadlock."""
    return getattr(error.__cause__, "pgcode", None) in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}


@contextmanager
def sent_ahead(statement: str, values: Sequence[Any] = ()) -> Iterator[None]:
    """Send a statement in one message with the next one, ahead of it: one wait for the database instead of two.

    Each sees what was committed before it began, as if they had been sent apart. Both name their values by place.
    """
    waiting = [statement]

    def send(execute: Callable[..., Any], sql: str, params: Sequence[Any] | None, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's shape
        if not waiting:
            return execute(sql, params, many, context)
        return execute(f"{waiting.pop()}; {sql}", (*values, *(params or ())), many, context)

    with connection.execute_wrapper(send):
        yield
    if waiting:
        msg = "No statement came for the first one to be sent with."
        raise RuntimeError(msg)


def append_only(table: str, *, because: str) -> tuple[str, str]:
    """Return SQL (forward, backward) of a plain trigger that refuses UPDATE, DELETE and TRUNCATE of a table.

    Plain SQL, because what must hold against every writer, the owner included, must not be switchable from Python.
    """
    name = f"{table}_is_append_only"
    forward = f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{because}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
        END $$;
        CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
        CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}();
    """
    return forward, f"DROP FUNCTION {name}() CASCADE;"


def frozen_once_signed(table: str, *, because: str) -> tuple[str, str]:
    """Return SQL (forward, backward) that refuses every change of a row that has `signed_at`, for every writer."""
    name = f"{table}_is_frozen_once_signed"
    forward = f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'TRUNCATE' OR OLD.signed_at IS NOT NULL THEN
                RAISE EXCEPTION '{because}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$;
        CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
        CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}();
    """
    return forward, f"DROP FUNCTION {name}() CASCADE;"


def frozen_with_parent(table: str, *, parent: str, column: str, because: str, when: str = "") -> tuple[str, str]:
    """Return SQL (forward, backward) that refuses INSERT, UPDATE and DELETE of a row whose parent is signed.

    The parent is locked FOR SHARE, so a late row and a signature cannot pass each other; it is named with its schema,
    so that no temporary table can stand in for it. `when` narrows it, for
    example `NEW.kind = 'given'`; it is then asked of inserted rows only.
    """
    name = f"{table}_is_frozen_with_{parent.rsplit('_', 1)[-1]}"
    events = "INSERT" if when else "INSERT OR UPDATE OR DELETE"
    forward = f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE is_signed boolean;
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                RAISE EXCEPTION '{because}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
            END IF;
            IF TG_OP IN ('UPDATE', 'DELETE') THEN
                SELECT signed_at IS NOT NULL INTO is_signed FROM public.{parent} WHERE id = OLD.{column} FOR SHARE;
                IF is_signed THEN
                    RAISE EXCEPTION '{because}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
                END IF;
            END IF;
            IF TG_OP IN ('INSERT', 'UPDATE') THEN
                SELECT signed_at IS NOT NULL INTO is_signed FROM public.{parent} WHERE id = NEW.{column} FOR SHARE;
                IF is_signed THEN
                    RAISE EXCEPTION '{because}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
                END IF;
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$;
        CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW
            {f"WHEN ({when})" if when else ""} EXECUTE FUNCTION {name}();
    """  # noqa: S608 - the names come from migrations, never from input
    if not when:
        forward += f"""
        CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """
    return forward, f"DROP FUNCTION {name}() CASCADE;"


IS_MOVED_BY_A_MERGE = """
            IF TG_OP = 'UPDATE' THEN
                IF public.patients_row_is_moved_by_a_merge(TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW)) THEN
                    RETURN NEW;
                END IF;
            END IF;"""


def but_for_merges(refusal: tuple[str, str]) -> tuple[str, str]:
    """Return SQL (forward, backward) that lets merges through what `append_only` or `frozen_once_signed` refuses.

    The trigger's function is written anew: a row may change its person, and nothing else, where the merge that runs
    wrote down that it moves it.
    """
    function = f"{refusal[0].partition('$$;')[0]}$$;".replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    return function.replace("BEGIN", f"BEGIN{IS_MOVED_BY_A_MERGE}", 1), function


def of_one_patient(child: str, column: str, parent: str) -> tuple[str, str]:
    """Return SQL (forward, backward) of a key by which a row and the row it names are of the same person.

    The parent has `patient_is_part_of_the_key`. A merge moves both before it is asked.
    """
    name = f"{child}_{column}_is_of_the_same_patient"
    forward = f"""
        ALTER TABLE {child} ADD CONSTRAINT {name} FOREIGN KEY ({column}, patient_id)
            REFERENCES {parent} (id, patient_id) DEFERRABLE INITIALLY IMMEDIATE;
    """
    return forward, f"ALTER TABLE {child} DROP CONSTRAINT {name};"


def patient_is_part_of_the_key(table: str) -> tuple[str, str]:
    """Return SQL (forward, backward) of the key that `of_one_patient` names."""
    name = f"{table}_and_its_patient"
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (id, patient_id);",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


TAKES_NO_ROWS = "merged_record_takes_no_rows"


def no_rows_of_the_merged(table: str) -> tuple[str, str]:
    """Return SQL (forward, backward) that refuses a new row of a merged record, whoever looked before the merge.

    The record is locked as its key is anyway, only sooner: a merge that runs is waited for, one that comes waits and
    finds the row.
    """
    forward = f"""
        CREATE TRIGGER {table}_is_of_a_record_that_stands AFTER INSERT ON {table}
            REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION patients_merged_record_takes_no_rows();
    """
    return forward, f"DROP TRIGGER {table}_is_of_a_record_that_stands ON {table};"
