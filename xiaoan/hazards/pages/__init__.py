"""Pages of hazards: the case, the six lists, the figures, second looks."""
