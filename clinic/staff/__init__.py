"""Who works here, and who may open what."""
