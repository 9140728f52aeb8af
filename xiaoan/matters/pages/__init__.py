"""Pages of matters, by noun."""
