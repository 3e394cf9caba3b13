"""When: appointments, availability, booking, follow-ups, reminders."""
