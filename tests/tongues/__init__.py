"""The catalogues of Hindi and Gujarati: which sentences a patient reads, and whether each was translated."""
