"""The calendar's deeds in any order, held against a model that shares no code with them."""
