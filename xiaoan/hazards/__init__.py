"""Hazards: from the first photo to the closing by somebody else. What patrols, inspections, people and partners find
ends here, as one case that always has a holder and a deadline."""
