"""Papers: what of the record is carried away, as PDF. One module a paper; `typesetting` makes the file."""
