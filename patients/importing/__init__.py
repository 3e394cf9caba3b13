"""People from another system: each row a person once, a bad row said by record and line, nothing half saved."""
