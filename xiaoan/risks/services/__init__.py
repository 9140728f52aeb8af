"""Every write of this floor. What others call: `hazard_changed`, `loop_moved`, `incident_happened`."""

from xiaoan.risks.services.levels import assess_point, hazard_changed, incident_happened
from xiaoan.risks.services.standing import loop_moved, reckon

__all__ = ["assess_point", "hazard_changed", "incident_happened", "loop_moved", "reckon"]
