"""The floor under the apps and the wiring above them; no clinical rule."""
