"""Commands of the staff."""
