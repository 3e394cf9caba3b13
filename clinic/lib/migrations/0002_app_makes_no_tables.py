"""The app's role makes no tables, not even temporary ones, and does not write down which migrations ran.

A temporary table is found before a real one of the same name, so with it a trigger that says `patients_patientevent`
or `treatments_injectionsession` could be made to look at another.
"""

from django.db import migrations

from clinic.lib.operations import LeaveRights, both_ways

TEMPORARY = """
    DO $$ BEGIN EXECUTE format('{} TEMPORARY ON DATABASE %I {} PUBLIC', current_database()); END $$;
"""


class Migration(migrations.Migration):
    dependencies = (("lib", "0001_extensions_and_rights"),)
    operations = (
        both_ways((TEMPORARY.format("REVOKE", "FROM"), TEMPORARY.format("GRANT", "TO"))),
        LeaveRights(("django_migrations",), "SELECT"),
    )
