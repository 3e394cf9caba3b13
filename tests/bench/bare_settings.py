"""The clinic's own settings with one address more: a view that does a booking's INSERT and nothing else."""

from clinic.settings import *  # noqa: F403  # every one of them

ROOT_URLCONF = "tests.bench.bare_urls"
