"""What is typed around a session, read into domain values."""
