"""Whole stories, through real processes: gunicorn, worker, beat, Postgres, Redis, SMTP, a browser."""
