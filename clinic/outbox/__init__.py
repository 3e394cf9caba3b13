"""Letters: one row per message ever owed, claimed, delivered once, and accounted for. Knows no app above it."""
