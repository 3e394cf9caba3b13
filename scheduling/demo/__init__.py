"""The demo clinic: invented people and eighteen months of plausible work, the same for the same seed and day."""
