"""Checks: what is looked at. Check items by category, checklists in versions that a bureau publishes, and the criteria
that make a hazard a major one; each row with its basis and whether its source was seen.

It knows nothing of risks and hazards, which are built on it."""
