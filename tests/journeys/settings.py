"""The clinic's own settings, pointed at one test's database and at a Redis number that nobody else uses."""

import os

from clinic.settings import *  # noqa: F403  # every one of them
from clinic.settings import DATABASES, REDIS_URL

DATABASES["default"]["NAME"] = os.environ["JOURNEY_DATABASE"]
REDIS_URL = REDIS_URL.replace("db=0", f"db={os.environ['JOURNEY_REDIS']}")
DATABASES["default"]["CONN_MAX_AGE"] = 600  # as in the clinic; one that a database took along is seen, and made anew
