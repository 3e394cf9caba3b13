"""The append-only trail of who saw and did what: `from clinic.audit.trail import record`."""
