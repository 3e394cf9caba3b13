"""Documents and photos of a patient: taken in by what they are, kept whole, shown to whom they concern."""
