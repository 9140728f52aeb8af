"""Pages of officers, by noun."""
