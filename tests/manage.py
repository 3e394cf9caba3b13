"""`python -m tests.manage COMMAND`: a Django command with the tests' settings and without a database."""

import os
import sys
import warnings

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ["INTERVAL_MODE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")  # none is running
    execute_from_command_line(["manage.py", *sys.argv[1:]])
