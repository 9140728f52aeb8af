"""Risks: what could go wrong at a place, how bad it is, and who keeps it under control.

The chain: unit → risk point → risk unit → event → control → check item. It knows nothing of hazards: those tell it when
they pile up at a point."""
