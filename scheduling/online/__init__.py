"""Booking without an account: a public page of a location, a time held, an address proven, a visit (ADR 0062)."""
