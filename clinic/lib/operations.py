"""Migration operations for the two database roles."""

from typing import Any

from django.conf import settings
from django.db.migrations.operations import RunPython
from django.db.migrations.operations.special import RunSQL


def _role(schema_editor: Any) -> str:
    return str(schema_editor.quote_name(settings.APP_DATABASE_ROLE))


class GrantToAppRole(RunPython):
    """Give the app's role its rights on tables and sequences, those of today and those still to come."""

    def __init__(self) -> None:
        super().__init__(self._grant, RunPython.noop, elidable=False)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Nothing to configure."""
        return (self.__class__.__name__, [], {})

    @staticmethod
    def _grant(_apps: Any, schema_editor: Any) -> None:
        role = _role(schema_editor)
        for sql in (
            f"GRANT USAGE ON SCHEMA public TO {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        ):
            schema_editor.execute(sql)


class LeaveRights(RunPython):
    """Take from the app's role every right on tables but those named, for example `SELECT, INSERT`."""

    def __init__(self, tables: tuple[str, ...], rights: str = "SELECT, INSERT") -> None:
        self.tables = tables
        self.rights = rights
        super().__init__(self._leave, self._return)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Tables and rights."""
        return (self.__class__.__name__, [self.tables, self.rights], {})

    def _leave(self, _apps: Any, schema_editor: Any) -> None:
        names = ", ".join(schema_editor.quote_name(table) for table in self.tables)
        schema_editor.execute(f"REVOKE ALL ON {names} FROM {_role(schema_editor)}")
        schema_editor.execute(f"GRANT {self.rights} ON {names} TO {_role(schema_editor)}")

    def _return(self, _apps: Any, schema_editor: Any) -> None:
        names = ", ".join(schema_editor.quote_name(table) for table in self.tables)
        schema_editor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {names} TO {_role(schema_editor)}")


def both_ways(pair: tuple[str, str]) -> RunSQL:
    """Turn (forward, backward) SQL into an operation."""
    forward, backward = pair
    return RunSQL(forward, backward)
