"""The clinic's own settings, pointed at the servers of one world of faults."""

import os

from clinic.settings import *  # noqa: F403  # every one of them
from clinic.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.harness"]
DATABASES["default"].update(
    NAME=os.environ["FAULTS_DATABASE"],
    HOST=os.environ["FAULTS_DATABASE_HOST"],
    PORT=os.environ["FAULTS_DATABASE_PORT"],
    CONN_MAX_AGE=600,  # as in production: a connection that a fault broke must not be used again
)
REDIS_URL = os.environ["FAULTS_REDIS"]
EMAIL_HOST, EMAIL_PORT = os.environ["FAULTS_SMTP"].split(":")
EMAIL_TIMEOUT = 1.5  # of the longest conversation's two seconds, in a test that is in haste
DEFAULT_FROM_EMAIL = "Kadamb Clinic <visits@kadamb.example>"
