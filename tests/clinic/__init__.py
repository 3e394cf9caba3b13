"""The floor and the wiring."""
