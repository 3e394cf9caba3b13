"""The pages of the staff: the door, passwords, and who works here."""
