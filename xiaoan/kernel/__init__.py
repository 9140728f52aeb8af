"""Ids, clock and errors: what every floor needs and no domain word."""
