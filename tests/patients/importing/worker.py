"""`python -m tests.patients.importing.worker DATABASE`: a process of its own that runs the import which waits."""

import os
import sys

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    import django

    django.setup()
    from django.db import connection

    from clinic.lib import clock
    from patients.importing.running import run_what_waits

    connection.settings_dict["NAME"] = sys.argv[1]
    run_what_waits(now=clock.now)
