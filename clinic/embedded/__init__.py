"""Postgres and Redis from wheels, and the process manager, for a machine that has neither. Not for production."""
