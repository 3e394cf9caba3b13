"""Mistakes in the settings that only the running code can see, as numbered checks with hints."""
