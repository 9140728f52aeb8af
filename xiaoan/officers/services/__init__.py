"""Every write of officers, by noun."""
