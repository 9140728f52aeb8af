"""Every write of matters, by noun."""
