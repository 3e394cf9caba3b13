"""The clinic's own settings with two addresses more: views that do a booking's INSERT and nothing else."""

from clinic.settings import *  # noqa: F403  # every one of them

ROOT_URLCONF = "tests.bench.bare_urls"
