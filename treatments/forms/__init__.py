"""Forms of the record: what was typed becomes the clinic's own types."""
