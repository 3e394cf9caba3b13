"""Works out from the log of what happened which letters were owed, and compares it with what went. Imports no app.

Its own small arithmetic (`window`, `days`) follows shared/clinical/effect_window.md and the policy's numbers. `patient`
replays one patient's year, `judging` holds what went against it, `findings` names what does not agree.
"""
