"""Commands on the catalogue and the record."""
