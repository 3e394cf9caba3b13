"""A year of an invented clinic, driven through the app's own deeds, and a checker that shares no code with it.

`world` builds the clinic, `lives` and its neighbours make things happen to patients, `post` is the mail server outside
the app, `checker` works out from the log of what happened which letters were owed. See docs/decisions/0054.
"""
