"""Template filters that know no app."""
