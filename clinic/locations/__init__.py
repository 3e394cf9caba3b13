"""Where care is given."""
