"""Everything of one patient, or of the clinic, to take along: tables in a zip, or a bundle in FHIR's words.

Two takings of the same record are the same bytes: nothing in them says when they were made.
"""
